resource "aws_iam_role" "app" {
  name = "app"
  permissions_boundary = data.aws_iam_policy.deploy.arn
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

data "aws_iam_policy" "deploy" {
  name = "deploy"
}
