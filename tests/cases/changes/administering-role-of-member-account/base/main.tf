resource "aws_organizations_account" "team" {
  name  = "team"
  email = "aws@example.com"
}
resource "aws_iam_group" "ops" { name = "ops" }
