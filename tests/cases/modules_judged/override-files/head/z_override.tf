resource "aws_iam_role" "app" {
  max_session_duration = 3600 * var.days

  inline_policy {
    name   = "two"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] })
  }
}

variable "days" {
  default = 2
}

locals {
  who = "lambda.amazonaws.com"
}
