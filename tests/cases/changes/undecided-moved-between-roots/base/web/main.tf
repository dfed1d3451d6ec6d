data "terraform_remote_state" "cluster" {
  backend = "s3"
  config  = { bucket = "state", key = "cluster" }
}

data "aws_iam_role" "developer" {
  name = "developer"
}

resource "aws_sqs_queue" "web" {
  name = "web"
}
