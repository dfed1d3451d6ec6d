resource "aws_iam_role" "ops" {
  name = "ops"

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_user.ana.arn } }] })
}
resource "aws_iam_role_policy" "ops" {
  role = aws_iam_role.ops.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::b/*" },
  ] })
}
resource "aws_iam_user" "ana" {
  name = "ana"
}
resource "aws_iam_user_policy" "ana" {
  user = aws_iam_user.ana.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["sts:AssumeRole"], Resource = aws_iam_role.ops.arn },
  ] })
}
resource "aws_iam_user" "bob" {
  name = "bob"
}
resource "aws_iam_user_policy" "bob" {
  user = aws_iam_user.bob.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Action = ["iam:CreateAccessKey"], Resource = aws_iam_user.ana.arn },
  ] })
}
