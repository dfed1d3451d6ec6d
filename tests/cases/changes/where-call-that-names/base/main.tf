module "one" {
  source     = "./backup"
  vault_name = "one"
}
