variable "hosted" {
  type    = bool
  default = true
}

module "jobs" {
  source = "./jobs"
  hosted = var.hosted
}
