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
      Action   = ["s3:GetObject"]
      Resource = "*"
    }]
  })
}

output "read_policy_arn" {
  value = aws_iam_policy.read.arn
}

data "terraform_remote_state" "app" {
  backend = "s3"

  config = {
    bucket = "acme-state"
    key    = "app.tfstate"
    region = "eu-west-1"
  }
}

output "bucket" {
  value = data.terraform_remote_state.app.outputs.bucket
}
