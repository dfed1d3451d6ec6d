data "aws_iam_role" "ci" {
  name = "deployer"
}
data "aws_iam_group" "people" {
  group_name = "operators"
}
data "aws_kms_alias" "key" {
  name = "alias/prod"
}
data "aws_vpc" "main" {
  tags = { Name = "main" }
}
resource "aws_iam_role_policy" "ci" {
  role = data.aws_iam_role.ci.name
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "kms:Decrypt"
      Resource = data.aws_kms_alias.key.target_key_arn
    }]
  })
}
resource "aws_iam_group_policy" "people" {
  group = data.aws_iam_group.people.group_name
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = "ec2:CreateTags"
      Resource = data.aws_vpc.main.arn
    }]
  })
}
resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = data.aws_iam_role.ci.arn }
    }]
  })
}
