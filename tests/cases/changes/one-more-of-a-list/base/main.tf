variable "environment" {}

locals {
  kept = contains(["dev", "build"], var.environment) ? true : false
}

resource "aws_iam_role" "session" {
  count = local.kept ? 1 : 0
  name  = "session"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "logs" {
  count = local.kept ? 1 : 0
  role  = aws_iam_role.session[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::logs/*" }]
  })
}
