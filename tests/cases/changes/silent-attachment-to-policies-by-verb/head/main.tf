resource "aws_iam_role" "send" {
  name               = "send"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

locals {
  verbs = ["Receive", "Send"]
}

resource "aws_iam_role_policy" "queue" {
  for_each = toset(local.verbs)
  name     = each.key
  role     = aws_iam_role.send.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = format("sqs:%sMessage", each.key), Resource = join(":", ["arn", "aws", "sqs", "eu-west-1", "111122223333", "jobs"]) }
  })
}
