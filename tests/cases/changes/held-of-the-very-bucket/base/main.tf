resource "aws_iam_role_policy" "copier" {
  name = "copier"
  role = aws_iam_role.copier.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket"]
        Resource = ["arn:aws:s3:::acme-exports", "arn:aws:s3:::acme-exports/*"]
      },
      {
        Effect = "Allow"
        Action = [
          "s3:PutObject",
          "s3:GetObject",
        ]
        Resource = ["arn:aws:s3:::acme-cache", "arn:aws:s3:::acme-cache/*"]
      },
    ]
  })
}

resource "aws_iam_role" "copier" {
  name               = "copier"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
