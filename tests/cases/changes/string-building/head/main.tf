locals {
  bucket = "*"
}

resource "aws_iam_user_policy" "ci" {
  user = "ci"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = format("arn:aws:s3:::%s/%s", local.bucket, join("/", ["public", "*"]))
    }]
  })
}
