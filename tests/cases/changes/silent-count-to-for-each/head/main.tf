resource "aws_iam_user" "u" {
  for_each = toset(["ana", "ben"])
  name     = each.key
}

resource "aws_iam_user_policy_attachment" "u" {
  for_each   = aws_iam_user.u
  user       = each.value.name
  policy_arn = "arn:aws:iam::aws:policy/IAMUserChangePassword"
}
