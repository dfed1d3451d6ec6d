resource "aws_organizations_account" "team" {
  name  = "team"
  email = "aws@example.com"
}
resource "aws_iam_group" "ops" { name = "ops" }
resource "aws_iam_group_policy" "ops" {
  group = aws_iam_group.ops.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::${aws_organizations_account.team.id}:role/OrganizationAccountAccessRole" }]
  })
}
