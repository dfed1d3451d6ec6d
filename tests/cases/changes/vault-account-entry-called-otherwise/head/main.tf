variable "accounts" {}

resource "aws_backup_vault" "this" {
  name = "vault"
}

resource "aws_backup_vault_policy" "this" {
  backup_vault_name = aws_backup_vault.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::${var.accounts.management.id}:root"] }
      Action    = "backup:CopyIntoBackupVault"
      Resource  = "*"
    }]
  })
}
