locals {
  people = { ann = ["admins", "devs"], bob = ["devs", "admins"] }
}

resource "aws_iam_user" "p" {
  for_each = local.people
  name     = each.key
}

resource "aws_iam_group" "g" {
  for_each = toset(distinct(flatten(values(local.people))))
  name     = each.value
}

resource "aws_iam_group_membership" "m" {
  for_each = transpose(local.people)
  name     = each.key
  group    = aws_iam_group.g[each.key].name
  users    = [for name in each.value : aws_iam_user.p[name].name]
}

resource "aws_iam_group_policy_attachment" "a" {
  group      = aws_iam_group.g["admins"].name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
