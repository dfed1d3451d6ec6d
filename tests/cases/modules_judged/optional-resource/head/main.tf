variable "with_bucket" {
  default = true
}

variable "with_topic" {
  default = false
}

resource "aws_s3_bucket" "b" {
  count  = var.with_bucket ? 1 : 0
  bucket = "maybe"
}

resource "aws_sns_topic" "t" {
  count = var.with_topic ? 1 : 0
  name  = "maybe"
}

locals {
  bucket = one(aws_s3_bucket.b[*].bucket)
  topic  = try(aws_sns_topic.t[0].name, "none")
  has    = can(aws_sns_topic.t[0].name)
}

resource "aws_iam_policy" "o" {
  name = "o-${local.topic}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::${local.bucket}/*" }],
      local.has ? [{ Effect = "Allow", Action = "sns:Publish", Resource = "*" }] : [],
    )
  })
}
