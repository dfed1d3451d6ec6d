terraform {
  required_providers {
    aws = { source = "hashicorp/aws", configuration_aliases = [aws.theirs] }
  }
}

data "aws_caller_identity" "ours" {}

data "aws_caller_identity" "theirs" {
  provider = aws.theirs
}

resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.ours.account_id}:root" }
    }]
  })
}

resource "aws_iam_role_policy" "reader" {
  name = "reader"
  role = aws_iam_role.reader.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::reports/*" }]
  })
}
