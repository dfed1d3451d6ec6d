variable "teams" {}

variable "guests" {}

locals {
  names = distinct(var.guests)
}

resource "aws_iam_role_policy" "read" {
  for_each = toset(local.names)
  role     = each.value

  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "arn:aws:s3:::shared/*"
    }]
  })
}
