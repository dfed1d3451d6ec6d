resource "aws_sns_topic" "events" {
  name = "events"
}

resource "aws_sns_topic_policy" "events" {
  arn    = aws_sns_topic.events.arn
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sns:Publish", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Resource = aws_sns_topic.events.arn }] })
}
