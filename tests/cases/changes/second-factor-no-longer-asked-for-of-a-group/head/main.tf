resource "aws_iam_group" "all" { name = "all" }
