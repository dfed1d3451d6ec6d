resource "aws_iam_user" "ci" {
  name = "ci"
}

resource "aws_iam_access_key" "one" {
  user = aws_iam_user.ci.name
}
