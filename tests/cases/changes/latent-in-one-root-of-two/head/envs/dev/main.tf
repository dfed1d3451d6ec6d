variable "sends" {
  type    = bool
  default = false
}

module "worker" {
  source = "../../worker"
  env    = "dev"
  sends  = var.sends
}
