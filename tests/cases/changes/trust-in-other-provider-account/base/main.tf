provider "aws" {}

provider "aws" {
  alias = "shared"
  assume_role {
    role_arn = var.shared_role
  }
}

variable "shared_role" {}

module "reader" {
  source    = "./reader"
  providers = { aws.theirs = aws.shared }
}
