module "vendor" {
  source = "./vendor"
}
