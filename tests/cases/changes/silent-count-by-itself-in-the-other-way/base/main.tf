resource "aws_sqs_queue" "a" {
  count = true ? 1 : length(aws_sqs_queue.b)
  name  = "a"
}

resource "aws_sqs_queue" "b" {
  count = true ? 1 : length(aws_sqs_queue.a)
  name  = "b"
}
