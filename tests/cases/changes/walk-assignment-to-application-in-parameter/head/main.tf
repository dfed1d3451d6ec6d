variable "application" {}

resource "aws_ssm_parameter" "application" {
  name  = "/hub/application"
  type  = "String"
  value = var.application

  lifecycle {
    ignore_changes = [value]
  }
}

resource "aws_ssoadmin_application_assignment" "admins" {
  application_arn = aws_ssm_parameter.application.value
  principal_id    = "11111111-2222-3333-4444-555555555555"
  principal_type  = "GROUP"
}
