data "terraform_remote_state" "iam" {
  backend = "s3"

  config = {
    bucket = "acme-state"
    key    = "iam.tfstate"
    region = "eu-west-1"
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

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.app.name
  policy_arn = data.terraform_remote_state.iam.outputs.read_policy_arn
}
