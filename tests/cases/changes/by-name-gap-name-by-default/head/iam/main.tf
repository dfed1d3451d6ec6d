variable "name" {
  default = "deploy"
}

resource "aws_iam_policy" "deploy" {
  name = var.name

  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["iam:*"]
      Resource = "*"
    }]
  })
}
