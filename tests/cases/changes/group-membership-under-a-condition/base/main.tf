data "aws_region" "current" {}

resource "aws_iam_user" "ana" {
  name = "ana"
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_group_policy" "ops" {
  group = aws_iam_group.ops.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "rds:DeleteDBInstance", Resource = "*" }]
  })
}
