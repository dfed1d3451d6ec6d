data "aws_caller_identity" "me" {}
variable "account_name" {}
resource "aws_kms_key" "uploads" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect = "Allow"
        Principal = { AWS = [
          "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/uploads",
          "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/scanner-${var.account_name}",
        ] }
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = "*"
      },
    ]
  })
}
