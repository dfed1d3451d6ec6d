resource "aws_iam_policy" "spare" {
  name = "spare"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:DeleteObject"]
      Resource = "*"
    }]
  })
}
