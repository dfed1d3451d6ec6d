variable "account_id" {}

resource "aws_secretsmanager_secret" "app" {
  name = "app"
}
