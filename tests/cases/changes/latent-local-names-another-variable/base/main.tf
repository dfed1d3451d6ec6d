variable "mode" {
  default = "off"
}

variable "action" {
  default = "s3:GetObject"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

locals {
  count = var.mode == "use var.action" ? 1 : 0
}

resource "aws_iam_role_policy" "app" {
  count = local.count
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = var.action
      Resource = "*"
    }]
  })
}
