module "policy" {
  source = "example.com/acme/policy/aws"
  name   = "deploy"
}
