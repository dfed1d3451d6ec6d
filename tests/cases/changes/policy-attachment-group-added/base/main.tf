resource "aws_iam_role" "batch" {
  name               = "batch"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_policy" "dump" {
  name = "dump"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "dynamodb:Scan", Resource = "arn:aws:dynamodb:eu-west-1:111122223333:table/people" }]
  })
}

resource "aws_iam_group" "support" {
  name = "support"
}

resource "aws_iam_user" "ada" {
  name = "ada"
}

resource "aws_iam_user_group_membership" "ada" {
  user   = aws_iam_user.ada.name
  groups = [aws_iam_group.support.name]
}

resource "aws_iam_policy_attachment" "dump" {
  name       = "dump"
  policy_arn = aws_iam_policy.dump.arn
  roles      = [aws_iam_role.batch.name]
}
