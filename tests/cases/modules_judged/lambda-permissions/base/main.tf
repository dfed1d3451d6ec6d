resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/f"

  environment {
    variables = { LEVEL = "info" }
  }
}

locals {
  triggers = {
    s3     = { principal = "s3.amazonaws.com", source = "arn:aws:s3:::uploads" }
    events = { principal = "events.amazonaws.com" }
  }
}

resource "aws_lambda_permission" "trigger" {
  for_each      = local.triggers
  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.f.function_name
  principal     = each.value.principal
  source_arn    = lookup(each.value, "source", null)
}
