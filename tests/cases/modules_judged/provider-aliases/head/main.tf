provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

module "eu" {
  source = "./topic"
  name   = "eu"
}

module "us" {
  source = "./topic"
  name   = "us"

  providers = {
    aws = aws.us
  }
}

resource "aws_sns_topic" "here" {
  provider = aws.us
  name     = "here"
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = "*", Principal = { Service = "s3.amazonaws.com" } }] })
}
