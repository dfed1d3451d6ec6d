resource "aws_iam_user" "u" {
  count = 2
  name  = ["ana", "ben"][count.index]
}

resource "aws_iam_user_policy_attachment" "u" {
  count      = 2
  user       = aws_iam_user.u[count.index].name
  policy_arn = "arn:aws:iam::aws:policy/IAMUserChangePassword"
}
