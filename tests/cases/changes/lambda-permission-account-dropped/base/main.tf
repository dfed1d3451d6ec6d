resource "aws_iam_role" "thumb" {
  name               = "thumb"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "thumb" {
  function_name = "thumb"
  role          = aws_iam_role.thumb.arn
  handler       = "main.handler"
  runtime       = "python3.12"
  filename      = "thumb.zip"
}

resource "aws_lambda_permission" "bucket" {
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.thumb.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = "arn:aws:s3:::uploads"
  source_account = "111122223333"
}
