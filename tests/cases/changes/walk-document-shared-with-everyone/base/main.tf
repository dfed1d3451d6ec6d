resource "aws_ssm_document" "patch" {
  name          = "patch"
  document_type = "Command"
  content       = file("patch.json")

  permissions = {
    type        = "Share"
    account_ids = "111122223333"
  }
}
