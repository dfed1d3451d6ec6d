resource "aws_sqs_queue" "a" {
  count = true ? 1 : length(aws_sqs_queue.b)
  name  = "c"
}

resource "aws_sqs_queue" "b" {
  count = true ? 1 : length(aws_sqs_queue.a)
  name  = "b"
}
