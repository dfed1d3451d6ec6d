resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

variable "enabled" {
  type    = bool
  default = true
}

resource "aws_iam_role_policy" "app" {
  count = var.enabled ? 1 : 0
  role  = aws_iam_role.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "ec2:TerminateInstances", Resource = "*" }]
  })
}
