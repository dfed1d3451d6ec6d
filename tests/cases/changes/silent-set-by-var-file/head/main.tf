variable "hosted" {
  type    = bool
  default = true
}

resource "aws_iam_role_policy" "jobs" {
  count = var.hosted ? 0 : 1
  name  = "jobs"
  role  = "jobs"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:PurgeQueue"], Resource = "*" }]
  })
}
