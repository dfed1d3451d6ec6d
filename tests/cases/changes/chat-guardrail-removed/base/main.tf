resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "chatbot.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::example-data/*" }]
  })
}

resource "aws_chatbot_slack_channel_configuration" "ops" {
  configuration_name = "ops"
  iam_role_arn       = aws_iam_role.app.arn
  slack_channel_id   = "C1"
  slack_team_id      = "T1"
  guardrail_policy_arns = ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"]
}
