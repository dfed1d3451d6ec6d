resource "aws_lambda_function_url" "web" {
  function_name      = "web"
  authorization_type = "NONE"
}

resource "aws_lambda_permission" "url" {
  statement_id           = "AllowPublicInvokeFunctionUrl"
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = "web"
  function_url_auth_type = "NONE"
  principal              = "*"
}

resource "aws_lambda_permission" "function" {
  statement_id  = "AllowPublicInvokeFunction"
  action        = "lambda:InvokeFunction"
  function_name = "web"
  principal     = "*"
}
