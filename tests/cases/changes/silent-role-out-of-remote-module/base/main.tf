module "app" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-assumable-role"
  version = "5.0.0"

  create_role             = true
  role_name               = "app"
  trusted_role_services   = ["ec2.amazonaws.com"]
  custom_role_policy_arns = [aws_iam_policy.app.arn]
}

resource "aws_iam_policy" "app" {
  name = "app"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["dynamodb:GetItem", "dynamodb:PutItem"], Resource = "*" }]
  })
}
