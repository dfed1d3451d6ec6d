provider "aws" {
  alias  = "trial"
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/terraform"
  }
}

provider "aws" {
  alias  = "archive"
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::333333333333:role/terraform"
  }
}
