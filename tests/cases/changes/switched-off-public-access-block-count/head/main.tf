variable "guarded" {
  default = true
}

resource "aws_s3_bucket" "site" {
  bucket = "acme-site"
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Principal = "*", Resource = "${aws_s3_bucket.site.arn}/*" }]
  })
}

resource "aws_s3_bucket_public_access_block" "site" {
  count                   = var.guarded ? 1 : 0
  bucket                  = aws_s3_bucket.site.id
  block_public_policy     = true
  restrict_public_buckets = true
}
