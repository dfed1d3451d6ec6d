locals {
  boundary = aws_iam_policy.limit.arn
}
