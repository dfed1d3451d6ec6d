module "app" {
  source = "../../modules/roles"
  prefix = "prod"
  roles = {
    reader = ["s3:GetObject"]
    writer = ["s3:PutObject", "s3:DeleteObject"]
  }
}

resource "aws_iam_role_policy_attachment" "reader" {
  role       = module.app.names["reader"]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
