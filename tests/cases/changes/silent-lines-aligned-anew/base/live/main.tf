variable "stage" {
  type = string
}

variable "source_account" {
  type    = string
  default = null
}

resource "aws_sqs_queue" "orders" {
  name = "orders-${var.stage}"
}

data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.orders.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    dynamic "condition" {
      for_each = var.source_account == null ? [] : [var.source_account]

      content {
        test     = "StringEquals"
        variable = "aws:PrincipalAccount"
        values   = [condition.value]
      }
    }
  }
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy    = data.aws_iam_policy_document.orders.json
}
