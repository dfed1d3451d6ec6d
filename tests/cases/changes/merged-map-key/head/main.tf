locals {
  common = { "s3:GetObject" = true }
  extra  = { "s3:DeleteObject" = true }
}

resource "aws_iam_user_policy" "ci" {
  user = "ci"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = keys(merge(local.common, local.extra))
      Resource = "arn:aws:s3:::reports/*"
    }]
  })
}
