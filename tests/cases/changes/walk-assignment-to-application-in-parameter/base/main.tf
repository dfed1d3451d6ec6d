variable "application" {}

resource "aws_ssm_parameter" "application" {
  name  = "/hub/application"
  type  = "String"
  value = var.application

  lifecycle {
    ignore_changes = [value]
  }
}

