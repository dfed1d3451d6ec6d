locals {
  users = yamldecode(file("${path.module}/users.yaml")).users
}

resource "aws_iam_user" "u" {
  for_each = local.users
  name     = each.key
}

resource "aws_iam_access_key" "u" {
  for_each = { for name, user in local.users : name => user if user.access_key }
  user     = aws_iam_user.u[each.key].name
}
