resource "aws_ssoadmin_permission_set" "ops" {
  name         = "Operations"
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
}

resource "aws_ssoadmin_permission_set_inline_policy" "ops" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.ops.arn
  inline_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["iam:PutGroupPolicy", "iam:AddUserToGroup"], Resource = "*" }]
  })
}

resource "aws_ssoadmin_account_assignment" "ada" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.ops.arn
  principal_type     = "USER"
  principal_id       = "33333333-cccc"
  target_type        = "AWS_ACCOUNT"
  target_id          = "111122223333"
}
