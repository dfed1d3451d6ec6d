module "iam" {
  source  = "example.com/acme/accounts/aws"
  version = "1.3.0"

  name = "main"
}
