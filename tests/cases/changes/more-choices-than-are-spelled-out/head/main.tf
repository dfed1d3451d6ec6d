variable "a" { type = bool }
variable "b" { type = bool }
variable "c" { type = bool }
variable "d" { type = bool }

resource "aws_iam_role_policy" "worker" {
  role = "worker"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["sqs:ReceiveMessage", "sqs:PurgeQueue"]
      Resource = [
        var.a ? "arn:aws:sqs:eu-west-1:111122223333:a" : "arn:aws:sqs:eu-west-1:111122223333:b",
        var.b ? "arn:aws:sqs:eu-west-1:111122223333:c" : "arn:aws:sqs:eu-west-1:111122223333:d",
        var.c ? "arn:aws:sqs:eu-west-1:111122223333:e" : "arn:aws:sqs:eu-west-1:111122223333:f",
        var.d ? "arn:aws:sqs:eu-west-1:111122223333:g" : "arn:aws:sqs:eu-west-1:111122223333:h",
        "arn:aws:sqs:eu-west-1:111122223333:jobs",
      ]
    }]
  })
}
