variable "logs" {
  type = object({
    enabled = optional(bool, true)
    archive = optional(bool, false)
  })
  default = {
    enabled = false
    archive = false
  }
}
module "logs" {
  source  = "./logs"
  count   = var.logs.enabled ? 1 : 0
  archive = try(var.logs.archive, false)
}
