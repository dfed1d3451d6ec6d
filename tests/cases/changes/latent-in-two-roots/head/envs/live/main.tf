variable "sends" {
  type    = bool
  default = false
}

module "worker" {
  source = "../../worker"
  env    = "live"
  sends  = var.sends
}
