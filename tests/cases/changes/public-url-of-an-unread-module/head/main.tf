resource "aws_ssm_parameter" "settings" {
  name  = "settings"
  type  = "SecureString"
  value = "?"
}

data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["ssm:GetParameters"]
    resources = [aws_ssm_parameter.settings.arn]
  }
}

module "function" {
  source   = "github.com/example/modules//lambda?ref=v7"
  name     = "front"
  policies = [data.aws_iam_policy_document.function.json]
}

resource "aws_lambda_function_url" "front" {
  function_name      = module.function.function_name
  authorization_type = "NONE"
}
