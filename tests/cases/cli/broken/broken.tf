# Not Terraform.
resource "aws_iam_policy" "x {
