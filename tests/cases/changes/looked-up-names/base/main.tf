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
