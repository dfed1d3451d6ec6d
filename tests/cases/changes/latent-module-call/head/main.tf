variable "hosted" {
  type    = bool
  default = true
}

module "jobs" {
  count  = var.hosted ? 0 : 1
  source = "./jobs"
}
