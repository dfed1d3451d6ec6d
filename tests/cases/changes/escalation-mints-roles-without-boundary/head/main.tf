data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  own     = "arn:aws:iam::${local.account}:role/fleet/vend"
}

resource "aws_iam_policy" "ceiling" {
  name = "vend-ceiling"
  path = "/fleet/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["iam:*", "ec2:*"], Resource = "*" },
      {
        Effect   = "Deny"
        Action   = ["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PutRolePermissionsBoundary"]
        Resource = local.own
      },
    ]
  })
}

resource "aws_iam_role" "vend" {
  name                 = "vend"
  path                 = "/fleet/"
  permissions_boundary = aws_iam_policy.ceiling.arn
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "vend" {
  name = "vend"
  role = aws_iam_role.vend.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"]
      Resource = "arn:aws:iam::${local.account}:role/fleet/*"
    }]
  })
}
