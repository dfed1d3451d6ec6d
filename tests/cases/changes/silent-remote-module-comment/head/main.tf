module "users" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-user"
  version = "5.30.0"

  # people of the first team,
  # who work in London

  name = "alice"
}
