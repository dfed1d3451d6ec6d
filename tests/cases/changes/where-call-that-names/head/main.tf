module "one" {
  source     = "./backup"
  vault_name = "one"
}

# The second vault.
module "two" {
  source     = "./backup"
  vault_name = "two"
}
