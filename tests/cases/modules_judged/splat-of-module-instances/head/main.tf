module "queue" {
  source   = "./queue"
  for_each = toset(["a", "b"])
  name     = each.key
}

resource "aws_iam_policy" "send" {
  name = "send"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = sort([for key, queue in module.queue : "arn:aws:sqs:eu-west-1:123456789012:${queue.name}"])
    }]
  })
}

output "names" {
  value = values(module.queue)[*].name
}
