module "mail" {
  source = "./service"
  name   = "mail"
}

module "billing" {
  source = "./service"
  name   = "billing"
}
