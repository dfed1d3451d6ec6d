resource "aws_quicksight_iam_policy_assignment" "analysts" {
  assignment_name   = "analysts"
  assignment_status = "ENABLED"
  policy_arn        = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
  identities {
    group = ["analysts"]
  }
}
