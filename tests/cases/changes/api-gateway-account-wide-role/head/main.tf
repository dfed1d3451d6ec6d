resource "aws_api_gateway_account" "logs" {
  cloudwatch_role_arn = aws_iam_role.push.arn
}
resource "aws_iam_role" "api" {
  name = "api"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role" "push" {
  name = "push"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "apigateway.amazonaws.com", AWS = "arn:aws:iam::111122223333:root" } }]
  })
}
resource "aws_iam_role_policy_attachment" "push" {
  role       = aws_iam_role.push.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}
