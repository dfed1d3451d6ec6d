variable "keep" {
  type = bool
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]
  }

  dynamic "statement" {
    for_each = var.keep ? [1] : []
    content {
      effect    = "Deny"
      actions   = ["s3:DeleteBucket"]
      resources = ["*"]
    }
  }
}

resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.app.json
}
