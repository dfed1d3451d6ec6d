variable "auditor" {
  type    = string
  default = "999988887777"
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_iam_role" "audited" {
  name = "audited"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::${var.auditor}:role/auditor" }
    }]
  })
}

resource "aws_iam_role_policy" "audited" {
  role = aws_iam_role.audited.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::trails/*" }]
  })
}
