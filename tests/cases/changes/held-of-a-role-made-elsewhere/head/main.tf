variable "region" {
  default = "eu-west-1"
}

resource "aws_iam_role_policy" "provision" {
  role   = "Provision"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:TerminateInstances", Resource = "*" }] })
}
