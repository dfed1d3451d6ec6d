resource "aws_ssm_parameter" "settings" {
  name  = "settings"
  type  = "SecureString"
  value = "?"
}
