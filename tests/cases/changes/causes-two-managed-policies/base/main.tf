resource "aws_iam_role" "ci" {
  name = "ci"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com"] } }]
  })
  managed_policy_arns = [
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
  ]
}
