variable "policy" {}
resource "aws_iam_user" "init" { name = "init" }
resource "aws_iam_user_policy" "init" {
  user   = aws_iam_user.init.name
  policy = var.policy
}
