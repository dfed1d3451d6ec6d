resource "aws_iam_role" "clean" {
  name               = "clean"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

locals {
  protected = ["ledger", "backup"]
}

resource "aws_iam_role_policy" "clean" {
  role = aws_iam_role.clean.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "arn:aws:s3:::*/*" }],
      [for name in local.protected : { Effect = "Deny", Action = "s3:DeleteObject", Resource = "arn:aws:s3:::${name}/*" }],
    )
  })
}
