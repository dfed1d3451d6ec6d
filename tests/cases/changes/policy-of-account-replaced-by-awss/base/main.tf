variable "account" {}

resource "aws_iam_role_policy_attachment" "admin" {
  policy_arn = "arn:aws:iam::${var.account}:policy/IAMFullAccess"
  role       = "iam-admin"
}
