variable "policy_arn" {}

resource "aws_iam_role_policy_attachment" "admin" {
  policy_arn = var.policy_arn
  role       = "iam-admin"
}
