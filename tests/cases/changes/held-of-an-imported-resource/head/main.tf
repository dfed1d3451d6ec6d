resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_sns_topic" "events" {
  name = "events"
}

resource "aws_sns_topic_policy" "events" {
  arn    = aws_sns_topic.events.arn
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sns:Publish", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Resource = aws_sns_topic.events.arn }] })
}

import {
  to = aws_sns_topic.events
  id = "arn:aws:sns:eu-west-1:111122223333:events"
}
