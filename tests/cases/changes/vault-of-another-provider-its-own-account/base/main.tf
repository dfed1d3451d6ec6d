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

