variable "mode" {
  type = string
}

variable "action" {
  type = string
}

locals {
  on     = var.mode == "x$${var.action}"
  action = "s3:GetObject"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "app" {
  count = local.on ? 1 : 0
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = local.action
      Resource = "*"
    }]
  })
}
