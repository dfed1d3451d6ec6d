resource "aws_iam_user" "ana" { name = "ana" }
resource "aws_iam_user_policy" "ana" {
  user = aws_iam_user.ana.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::b/*" },
      { Effect = "Deny", Action = ["s3:GetObject"], Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "false" } } }
    ]
  })
}
