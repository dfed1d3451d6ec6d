module "r" {
  source   = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts"
  name     = "r"
  policies = { "p" = aws_iam_policy.p.arn }
}
resource "aws_iam_policy" "p" {
  name   = "p"
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="rds:StartExportTask",Resource="*"}]})
}
