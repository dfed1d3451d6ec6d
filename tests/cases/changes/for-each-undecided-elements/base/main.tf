variable "blue" {
  type = bool
}

variable "large" {
  type = bool
}

resource "aws_iam_role" "reader" {
  for_each = toset([var.blue ? "blue" : "green", var.large ? "large" : "small"])
  name     = each.key
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "reader" {
  for_each = { for role in [var.blue ? "blue" : "green"] : role => "sqs:ReceiveMessage" }
  role     = aws_iam_role.reader[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value, Resource = "arn:aws:sqs:eu-west-1:111122223333:jobs" }]
  })
}
