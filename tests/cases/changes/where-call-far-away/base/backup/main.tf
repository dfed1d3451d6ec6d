variable "vault_name" {
  type = string
}

locals {
  made = local.l30 != ""
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

locals {
  l0 = var.vault_name
  l1 = local.l0
  l2 = local.l1
  l3 = local.l2
  l4 = local.l3
  l5 = local.l4
  l6 = local.l5
  l7 = local.l6
  l8 = local.l7
  l9 = local.l8
  l10 = local.l9
  l11 = local.l10
  l12 = local.l11
  l13 = local.l12
  l14 = local.l13
  l15 = local.l14
  l16 = local.l15
  l17 = local.l16
  l18 = local.l17
  l19 = local.l18
  l20 = local.l19
  l21 = local.l20
  l22 = local.l21
  l23 = local.l22
  l24 = local.l23
  l25 = local.l24
  l26 = local.l25
  l27 = local.l26
  l28 = local.l27
  l29 = local.l28
  l30 = local.l29
}
