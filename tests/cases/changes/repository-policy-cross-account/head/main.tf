resource "aws_ecr_repository" "web" {
  name = "web"
}

locals {
  pullers = [
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::444455556666:root",
  ]
}

resource "aws_ecr_repository_policy" "web" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = local.pullers }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
