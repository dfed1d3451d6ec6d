provider "aws" {
  allowed_account_ids = ["123456789012"]
}

resource "aws_kms_key" "data" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:role/keys" } },
      {
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Principal = { AWS = "*" }
        Condition = {
          StringEquals = { "kms:CallerAccount" = "123456789012" }
          StringLikeIfExists = { "kms:ViaService" = "s3.*.amazonaws.com" }
        }
      },
    ]
  })
}
