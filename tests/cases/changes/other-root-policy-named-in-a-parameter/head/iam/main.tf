terraform {
  backend "s3" {
    bucket = "acme-state"
    key    = "iam.tfstate"
    region = "eu-west-1"
  }
}

resource "aws_iam_policy" "read" {
  name = "read"

  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "*"
    }]
  })
}

output "read_policy_arn" {
  value = aws_iam_policy.read.arn
}

output "bucket" {
  value = "acme-reports"
}
