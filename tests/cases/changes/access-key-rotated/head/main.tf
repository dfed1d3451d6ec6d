resource "aws_iam_user" "ci" {
  name = "ci"
}

resource "aws_iam_access_key" "two" {
  user = aws_iam_user.ci.name
}
