variable "role" {
  type = string
}

resource "aws_iam_role_policy" "this" {
  role = var.role
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" },
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::reports/*" },
    ]
  })
}
