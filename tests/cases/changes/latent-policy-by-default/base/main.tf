variable "enable_sync" {
  type    = bool
  default = false
}

data "aws_iam_policy_document" "sync" {
  count = var.enable_sync ? 1 : 0

  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::backups/*"]
  }
}

resource "aws_iam_policy" "sync" {
  count  = var.enable_sync ? 1 : 0
  policy = data.aws_iam_policy_document.sync[0].json
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "sync" {
  count      = var.enable_sync ? 1 : 0
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.sync[0].arn
}
