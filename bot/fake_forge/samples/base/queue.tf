# Orders reach the worker through a queue.

data "aws_iam_policy_document" "queue" {
  statement {
    sid    = "UseOrderQueue"
    effect = "Allow"
    actions = [
      "sqs:SendMessage",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
    ]
    resources = ["arn:aws:sqs:eu-west-1:123456789012:checkout-orders"]
  }
}

resource "aws_iam_role_policy" "queue" {
  name   = "checkout-queue"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.queue.json
}
