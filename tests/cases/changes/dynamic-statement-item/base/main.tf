resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

locals {
  grants = [
    { actions = ["sqs:SendMessage"], resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" },
  ]
}

data "aws_iam_policy_document" "app" {
  dynamic "statement" {
    for_each = local.grants
    content {
      actions   = statement.value.actions
      resources = [statement.value.resource]
    }
  }
}

resource "aws_iam_role_policy" "app" {
  role   = aws_iam_role.app.name
  policy = data.aws_iam_policy_document.app.json
}
