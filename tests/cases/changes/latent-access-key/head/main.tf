variable "with_key" {
  default = false
}

resource "aws_iam_user" "ci" {
  name = "ci"
}

resource "aws_iam_access_key" "ci" {
  count = var.with_key ? 1 : 0
  user  = aws_iam_user.ci.name
}
