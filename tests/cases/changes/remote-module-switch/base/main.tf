module "fn" {
  source  = "terraform-aws-modules/lambda/aws"
  version = "6.0.0"

  function_name      = "thumbnails"
  attach_policy_json = false
  policy_json = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:DeleteObject", Resource = "arn:aws:s3:::uploads/*" }]
  })
}
