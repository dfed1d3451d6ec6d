data "terraform_remote_state" "iam" {
  backend = "s3"

  config = {
    bucket = "acme-state"
    key    = "iam.tfstate"
    region = "eu-west-1"
  }
}

resource "aws_ssm_parameter" "policy" {
  name  = "/app/policy"
  type  = "SecureString"
  value = data.terraform_remote_state.iam.outputs.read_policy_arn
}
