variable "on" {
  type = bool
}

resource "aws_iam_policy" "deploy" {
  name = "deploy"
  count = var.on ? 1 : 0
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["iam:*"]
      Resource = "*"
    }]
  })
}
