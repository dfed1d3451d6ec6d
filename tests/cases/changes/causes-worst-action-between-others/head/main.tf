resource "aws_iam_role" "collector" {
  name               = "collector"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

data "aws_iam_policy_document" "collector" {
  statement {
    actions = [
      "s3:GetObject",
      "sqs:ListQueues",
      "sns:ListTopics",
      "workmail:ListOrganizations",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "collector" {
  role   = aws_iam_role.collector.name
  policy = data.aws_iam_policy_document.collector.json
}
