module "app" {
  source = "./app"
}

moved {
  from = aws_iam_role.app
  to   = module.app.aws_iam_role.app
}

moved {
  from = aws_iam_role_policy.app
  to   = module.app.aws_iam_role_policy.app
}
