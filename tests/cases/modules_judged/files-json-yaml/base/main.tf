locals {
  read  = jsondecode(file("${path.module}/access/people.json"))
  files = fileset(path.module, "access/roles/*.yaml")
  roles = { for file in local.files : trimsuffix(basename(file), ".yaml") => yamldecode(file("${path.module}/${file}")) }
}

resource "aws_iam_user" "person" {
  for_each = toset(local.read.people[*].name)
  name     = each.value
}

resource "aws_iam_role" "file" {
  for_each           = local.roles
  name               = each.key
  assume_role_policy = jsonencode(each.value.trust)

  dynamic "inline_policy" {
    for_each = lookup(each.value, "policies", {})
    content {
      name   = inline_policy.key
      policy = jsonencode({ Version = "2012-10-17", Statement = inline_policy.value })
    }
  }
}
