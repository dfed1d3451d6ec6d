module "iam" {
  source  = "example.com/acme/accounts/aws"
  version = "1.2.0"

  name = "main"
}
