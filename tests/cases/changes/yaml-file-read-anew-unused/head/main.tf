locals {
  settings = yamldecode(file("${path.module}/settings.yaml"))
  roles    = local.settings.roles
}

resource "aws_iam_role" "r" {
  name               = "web"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "r" {
  for_each = local.roles
  role     = aws_iam_role.r.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value.actions, Resource = each.value.resource }]
  })
}
