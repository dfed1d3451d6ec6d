variable "environment" {}
locals {
  granted = jsondecode(file("granted.json"))
  sets = {
    for kind, granted in local.granted[var.environment] :
    "${var.environment}-${kind}" => {
      name   = granted.name
      policy = jsonencode({ Version = "2012-10-17", Statement = granted.Statement })
    }
  }
}
resource "aws_ssoadmin_permission_set" "all" {
  for_each     = local.sets
  instance_arn = "arn:aws:sso:::instance/ssoins-1111222233334444"
  name         = each.value.name
}
resource "aws_ssoadmin_permission_set_inline_policy" "all" {
  for_each           = aws_ssoadmin_permission_set.all
  instance_arn       = "arn:aws:sso:::instance/ssoins-1111222233334444"
  permission_set_arn = each.value.arn
  inline_policy      = local.sets[each.key].policy
}
