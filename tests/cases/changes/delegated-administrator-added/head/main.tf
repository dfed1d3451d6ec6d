resource "aws_organizations_delegated_administrator" "identity" {
  account_id        = "444455556666"
  service_principal = "sso.amazonaws.com"
}
