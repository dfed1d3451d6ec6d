resource "aws_iam_user" "ana" {
  name = "ana"
}

resource "aws_iam_policy" "reads" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::builds/*" }]
  })
}

resource "aws_iam_policy" "writes" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::builds/*" }]
  })
}

resource "aws_iam_user_policy_attachment" "reads" {
  user       = aws_iam_user.ana.name
  policy_arn = aws_iam_policy.reads.arn
}
