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

resource "aws_iam_role" "nodes" {
  name = "nodes"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = ["arn:aws:iam::111122223333:role/kiam", "arn:aws:iam::777788889999:role/kiam"] }
    }]
  })
}
