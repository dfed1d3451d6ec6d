resource "aws_iam_role" "send" {
  name               = "send"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_policy" "queue" {
  name = "queue"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", "sqs:ReceiveMessage"], Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" }]
  })
}

resource "aws_iam_policy_attachment" "queue" {
  name       = "queue"
  policy_arn = aws_iam_policy.queue.arn
  roles      = [aws_iam_role.send.name]
}
