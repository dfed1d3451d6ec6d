resource "aws_organizations_policy" "freeze" {
  name = "freeze"
  content = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }]
  })
}
