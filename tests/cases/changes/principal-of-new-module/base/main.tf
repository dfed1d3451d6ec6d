resource "aws_s3_bucket_policy" "state" {
  bucket = "state-aqsvzyd5u9"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::state-aqsvzyd5u9/*"
      Principal = { AWS = "arn:aws:iam::189157455002:role/engineering" }
    }]
  })
}
