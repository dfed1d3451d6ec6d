variable "services" {
  type = list(string)
}

module "inner" {
  source   = "../inner"
  services = var.services
}
