module "assets" {
  source  = "example.com/acme/accounts/aws"
  version = "4.2.0"
  count   = 3
  name    = "assets-${count.index}"
}
