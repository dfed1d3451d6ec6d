resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_lambda_permission" "partner" {
  function_name = "orders"
  action        = "lambda:InvokeFunction"
  principal     = "444455556666"
}
