variable "env" {
  type = string
}

variable "sends" {
  type    = bool
  default = false
}

resource "aws_iam_role" "worker" {
  name = "worker-${var.env}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "sends" {
  count = var.sends ? 1 : 0
  role  = aws_iam_role.worker.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" }]
  })
}
