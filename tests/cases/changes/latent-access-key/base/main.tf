variable "with_key" {
  default = false
}

resource "aws_iam_user" "ci" {
  name = "ci"
}
