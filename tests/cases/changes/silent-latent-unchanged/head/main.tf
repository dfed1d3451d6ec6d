variable "enable_sync" {
  type    = bool
  default = false
}

locals {
  sync = var.enable_sync
}

resource "aws_iam_policy" "sync" {
  for_each = local.sync ? toset([
    "a",
  ]) : toset([])
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "all" {
  for_each   = toset(concat([for p in aws_iam_policy.sync : p.arn], ["arn:aws:iam::aws:policy/IAMReadOnlyAccess"]))
  role       = aws_iam_role.app.name
  policy_arn = each.value
}

resource "aws_iam_role" "app" {
  name = "app"
  description = "The application"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
