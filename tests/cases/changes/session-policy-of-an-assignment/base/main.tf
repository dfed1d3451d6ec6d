resource "aws_quicksight_iam_policy_assignment" "analysts" {
  assignment_name   = "analysts"
  assignment_status = "ENABLED"
  policy_arn        = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
  identities {
    group = ["analysts"]
  }
}
