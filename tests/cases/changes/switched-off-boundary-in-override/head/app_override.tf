resource "aws_iam_role" "app" {
  permissions_boundary = null
}
