variable "public" {
  type = bool
}

data "aws_vpc" "inner" {}
data "aws_vpc" "outer" {}

resource "aws_iam_role" "reader" {
  for_each = toset(var.public ? [data.aws_vpc.inner.id, data.aws_vpc.outer.id] : [data.aws_vpc.inner.id])
  name     = "reader-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "reader" {
  for_each = aws_iam_role.reader
  role     = each.value.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sqs:ReceiveMessage", Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" }]
  })
}
