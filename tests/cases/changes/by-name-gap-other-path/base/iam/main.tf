resource "aws_iam_policy" "deploy" {
  name = "deploy"
  path = "/ci/"
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["iam:*"]
      Resource = "*"
    }]
  })
}
