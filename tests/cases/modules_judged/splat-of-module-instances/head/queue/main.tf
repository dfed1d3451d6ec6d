variable "name" {
  type = string
}

resource "aws_sqs_queue" "this" {
  name = "queue-${var.name}"
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.url
  policy    = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
  }
}

output "name" {
  value = aws_sqs_queue.this.name
}
