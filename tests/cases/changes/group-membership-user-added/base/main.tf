resource "aws_iam_user" "ana" {
  name = "ana"
}

resource "aws_iam_user" "ben" {
  name = "ben"
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_group_policy_attachment" "ops" {
  group      = aws_iam_group.ops.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonRDSFullAccess"
}

resource "aws_iam_group_membership" "ops" {
  name  = "ops"
  group = aws_iam_group.ops.name
  users = [
    aws_iam_user.ana.name,
  ]
}
