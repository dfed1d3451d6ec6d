# Orders reach the worker through a queue.

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "SendOrders"
    effect    = "Allow"
    actions   = ["sqs:SendMessage"]
    resources = [local.order_queue]
  }

  statement {
    sid       = "ReceiveOrders"
    effect    = "Allow"
    actions   = ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
    resources = [local.order_queue]
  }
}

resource "aws_iam_role_policy" "queue" {
  name   = "checkout-queue"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.queue.json
}
