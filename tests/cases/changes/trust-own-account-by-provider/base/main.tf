provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = [local.account_id]

  assume_role {
    role_arn = "arn:aws:iam::${var.accounts["shared"]}:role/deploy"
  }
}

locals {
  account_id = "111122223333"
}

variable "accounts" {
  default = {
    shared = "444455556666"
    data   = "777788889999"
  }
}
