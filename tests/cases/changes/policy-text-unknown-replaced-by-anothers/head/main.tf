resource "aws_iam_user" "init" { name = "init" }
resource "aws_iam_user_policy" "init" {
  user   = aws_iam_user.init.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
