module "service_mail" {
  source = "./service"
  name   = "mail"
}

module "service_billing" {
  source = "./service"
  name   = "billing"
}
