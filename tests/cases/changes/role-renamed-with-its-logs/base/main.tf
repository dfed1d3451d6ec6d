resource "aws_iam_role" "old" {
  name = "consumer-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "old_execution" {
  role       = aws_iam_role.old.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "old_logs" {
  role = aws_iam_role.old.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:PutRetentionPolicy", "logs:DeleteLogGroup"]
      Resource = "arn:aws:logs:eu-west-2:111122223333:log-group:/ecs/consumer:*"
    }]
  })
}
