data "aws_caller_identity" "me" {}
data "aws_iam_policy" "init" { arn = "arn:aws:iam::aws:policy/AdministratorAccess" }
resource "aws_iam_policy" "init" {
  name   = "Init"
  policy = data.aws_iam_policy.init.policy
}
resource "aws_iam_user" "init" { name = "init" }
resource "aws_iam_user_policy_attachment" "init" {
  user       = aws_iam_user.init.name
  policy_arn = aws_iam_policy.init.arn
}
