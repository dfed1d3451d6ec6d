variable "backup_account" {}

provider "aws" {}

provider "aws" {
  alias = "backup"

  assume_role {
    role_arn = "arn:aws:iam::${var.backup_account}:role/terraform"
  }
}

data "aws_caller_identity" "here" {}

data "aws_caller_identity" "backup" {
  provider = aws.backup
}

resource "aws_backup_vault" "here" {
  name = "here"
}

resource "aws_backup_vault" "there" {
  provider = aws.backup
  name     = "there"
}

resource "aws_backup_vault_policy" "here" {
  backup_vault_name = aws_backup_vault.here.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.here.account_id}:root" }
      Action    = "backup:CopyIntoBackupVault"
      Resource  = "*"
    }]
  })
}

resource "aws_backup_vault_policy" "there" {
  provider          = aws.backup
  backup_vault_name = aws_backup_vault.there.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.backup.account_id}:root" }
      Action    = "backup:CopyIntoBackupVault"
      Resource  = "*"
    }]
  })
}
