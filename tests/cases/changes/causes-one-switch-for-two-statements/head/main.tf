resource "aws_iam_role" "ci" {
  name = "ci"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com"] } }]
  })
}

locals {
  extended = true
}

data "aws_iam_policy_document" "ci" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
  statement {
    actions   = ["sqs:DeleteMessage"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "ci" {
  count  = local.extended ? 1 : 0
  role   = aws_iam_role.ci.name
  policy = data.aws_iam_policy_document.ci.json
}
