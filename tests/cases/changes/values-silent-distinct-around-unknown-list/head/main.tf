variable "teams" {}

variable "guests" {}

locals {
  names = distinct(var.teams)
}

resource "aws_iam_role" "team" {
  for_each = toset(local.names)
  name     = each.value

  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "read" {
  for_each = toset(local.names)
  role     = aws_iam_role.team[each.value].name

  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "arn:aws:s3:::shared/*"
    }]
  })
}
