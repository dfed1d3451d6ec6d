variable "prefix" {
  type = string
}

variable "roles" {
  type = map(list(string))
}

module "role" {
  source   = "../role"
  for_each = var.roles
  name     = "${var.prefix}-${each.key}"
  actions  = each.value
}

output "names" {
  value = { for key, role in module.role : key => role.role_name }
}
