data "aws_ssoadmin_instances" "this" {}

resource "aws_ssoadmin_permission_set" "dev" {
  name         = "Developer"
  instance_arn = "arn:aws:sso:::instance/ssoins-1"
}

resource "aws_ssoadmin_permission_set_inline_policy" "dev" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.dev.arn
  inline_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:GetLogEvents"]
      Resource = "*"
    }]
  })
}

resource "aws_ssoadmin_account_assignment" "dev" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.dev.arn
  principal_type     = "GROUP"
  principal_id       = "11111111-aaaa"
  target_type        = "AWS_ACCOUNT"
  target_id          = "111122223333"
}

resource "aws_ssoadmin_managed_policy_attachment" "dev" {
  instance_arn       = "arn:aws:sso:::instance/ssoins-1"
  permission_set_arn = aws_ssoadmin_permission_set.dev.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
