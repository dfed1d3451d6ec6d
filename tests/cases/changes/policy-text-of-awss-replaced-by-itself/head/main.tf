resource "aws_iam_user" "init" { name = "init" }
resource "aws_iam_user_policy_attachment" "init" {
  user       = aws_iam_user.init.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
