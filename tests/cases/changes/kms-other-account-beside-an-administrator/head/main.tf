resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_kms_key" "key" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::111111111111:role/admin", "arn:aws:iam::222222222222:root"] }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}
