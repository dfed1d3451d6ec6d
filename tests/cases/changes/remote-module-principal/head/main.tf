module "key" {
  source  = "terraform-aws-modules/kms/aws"
  version = "3.1.0"

  key_users = [
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:iam::444455556666:root",
  ]
}
