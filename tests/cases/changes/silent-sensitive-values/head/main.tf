# nothing in this file is a variable, though it speaks of sensitive ones
resource "aws_sqs_queue" "jobs" {
  name = nonsensitive("jobs" )
}
