locals {
  teams = {
    readers = ["ada"]
    admins  = ["grace", "ada"]
  }
  memberships = merge([for team, people in local.teams : { for person in people : "${team}/${person}" => { team = team, person = person } }]...)
}

resource "aws_iam_user" "people" {
  for_each = toset(["ada", "grace"])
  name     = each.key
}

resource "aws_iam_group" "teams" {
  for_each = local.teams
  name     = each.key
}

resource "aws_iam_group_policy_attachment" "admins" {
  group      = aws_iam_group.teams["admins"].name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_user_group_membership" "this" {
  for_each = local.memberships
  user     = aws_iam_user.people[each.value.person].name
  groups   = [aws_iam_group.teams[each.value.team].name]
}
