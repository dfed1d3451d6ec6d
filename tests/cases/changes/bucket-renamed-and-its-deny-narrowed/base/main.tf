variable "app" {}

resource "random_integer" "suffix" {
  min = 1
  max = 9
}

resource "aws_s3_bucket" "state" {
  bucket = "${var.app}-state"
}

resource "aws_s3_bucket" "files" {
  bucket = "files-${random_integer.suffix.result}"
}

resource "aws_s3_bucket_policy" "each" {
  for_each = { state = aws_s3_bucket.state, files = aws_s3_bucket.files }
  bucket   = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [each.value.arn, "${each.value.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = false } }
    }]
  })
}
