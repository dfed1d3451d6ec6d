resource "aws_backup_vault" "this" {
  name = "vault"
}

data "aws_ssm_parameter" "source" {
  name = "backup-source-account"
}
