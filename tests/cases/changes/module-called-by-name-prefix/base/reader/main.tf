variable "name_prefix" {}
variable "enabled" {
  default = true
}

locals {
  name = "${var.name_prefix}-reader"
}

resource "aws_iam_role" "r" {
  count              = var.enabled ? 1 : 0
  name               = local.name
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "r" {
  count = var.enabled ? 1 : 0
  role  = aws_iam_role.r[0].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "ssm:GetParametersByPath", Resource = "arn:aws:ssm:eu-west-1:111111111111:parameter/${var.name_prefix}/*" }]
  })
}
