module "deploy" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-assumable-role"
  version = "5.30.0"

  create_role = true
  role_name   = "deploy"
  trusted_role_arns = [
    "arn:aws:iam::111122223333:role/ci",
  ]
  custom_role_policy_arns = [
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  ]
}
