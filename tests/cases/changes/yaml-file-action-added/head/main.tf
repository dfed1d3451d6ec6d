locals {
  roles = yamldecode(file("${path.module}/roles.yaml"))
}

resource "aws_iam_role" "r" {
  for_each           = local.roles
  name               = each.key
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "r" {
  for_each = local.roles
  role     = aws_iam_role.r[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value.actions, Resource = each.value.resource }]
  })
}
