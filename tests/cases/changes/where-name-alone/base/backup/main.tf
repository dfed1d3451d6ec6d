variable "vault_name" {
  type = string
}

locals {
  made = var.vault_name != ""
}

resource "aws_iam_role" "backup" {
  count              = local.made ? 1 : 0
  name               = "backup-${var.vault_name}"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }] })
}

resource "aws_iam_role_policy" "backup" {
  count  = local.made ? 1 : 0
  role   = aws_iam_role.backup[0].name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::data/*" }] })
}
