variable "env" {}

module "m" {
  source = "../modules/m"
  name   = var.env
}
