resource "aws_s3_bucket_policy" "state" {
  bucket = "state-aqsvzyd5u9"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::state-aqsvzyd5u9/*"
      Principal = { AWS = module.access.iam_role_arn }
    }]
  })
}

module "access" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-assumable-role"
  version = "5.47.0"

  role_name = var.role_name
}

variable "role_name" {}
