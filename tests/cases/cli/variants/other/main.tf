resource "aws_iam_user" "two" {
  name = "two"
}
