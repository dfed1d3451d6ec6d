resource "aws_s3_bucket" "ledger" {
  bucket = "acme-ledger"
}

resource "aws_s3_bucket_policy" "ledger" {
  bucket = aws_s3_bucket.ledger.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::acme-ledger", "arn:aws:s3:::acme-ledger/*"]
      Condition = {
        ArnNotLike = {
          "aws:PrincipalArn" = [
            "arn:aws:iam::123456789012:role/ledger",
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*",
          ]
        }
      }
    }]
  })
}
