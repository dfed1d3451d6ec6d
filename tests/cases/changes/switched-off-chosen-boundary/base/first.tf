locals {
  first = aws_iam_policy.narrow.arn
}
