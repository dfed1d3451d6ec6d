variable "accounts" {
  type = list(string)
}

variable "stages" {
  type = list(string)
}

locals {
  accounts = [for each in var.accounts : upper(each)]
  stages   = [for each in var.stages : upper(each)]
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for a, account in local.accounts : {
      Effect   = "Allow"
      Action   = [for s, stage in local.stages : s == 0 ? "s3:GetObject" : "*"]
      Resource = "*"
    } if a == 0]
  })
}
