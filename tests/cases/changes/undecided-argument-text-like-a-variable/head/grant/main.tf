variable "role" {
  type = string
}

variable "on" {
  type = bool
}

variable "action" {
  type = string
}

resource "aws_iam_role_policy" "app" {
  count = var.on ? 1 : 0
  role = var.role
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = var.action
      Resource = "*"
    }]
  })
}
