data "terraform_remote_state" "iam" {
  backend = "remote"

  config = {
    organization = "acme"
    workspaces   = { name = "iam" }
  }
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}
