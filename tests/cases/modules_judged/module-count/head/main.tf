variable "regions" {
  default = ["eu", "us"]
}

module "bucket" {
  source = "./bucket"
  count  = length(var.regions)
  name   = "logs-${var.regions[count.index]}"
}

resource "aws_iam_policy" "logs" {
  name = "logs"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = [for name in module.bucket[*].name : "arn:aws:s3:::${name}/*"] }]
  })
}
