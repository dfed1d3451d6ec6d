locals {
  users = yamldecode(file("${path.module}/users.yaml")).users
}

resource "aws_iam_user" "u" {
  for_each = local.users
  name     = each.key
}
