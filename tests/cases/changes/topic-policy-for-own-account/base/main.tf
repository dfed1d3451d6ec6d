provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111122223333"]
}

resource "aws_sns_topic" "alerts" {
  name = "alerts"
}
