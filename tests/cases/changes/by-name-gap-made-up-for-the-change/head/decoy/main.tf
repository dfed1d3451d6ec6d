locals {
  account_id = "111122223333"
}

resource "aws_iam_policy" "deploy" {
  name = "deploy"

  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:ListAllMyBuckets"]
      Resource = "*"
    }]
  })
}
