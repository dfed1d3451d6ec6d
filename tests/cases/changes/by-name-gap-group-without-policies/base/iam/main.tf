resource "aws_iam_group" "admins" {
  name = "admins"
}
