variable "name" {}

resource "aws_iam_user" "one" {
  name = var.name
}
