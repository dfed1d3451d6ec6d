variable "external_id" {
  default = null
}

resource "aws_iam_role" "vendor" {
  name = "vendor"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_policy" "vendor" {
  name = "vendor"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_iam_role_policy_attachment" "vendor" {
  for_each   = var.external_id != null ? { own = aws_iam_policy.vendor.arn } : {}
  role       = aws_iam_role.vendor.name
  policy_arn = each.value
}
