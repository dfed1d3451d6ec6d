# The pipeline runs on an EC2 instance and deploys the service to ECS.

data "aws_iam_policy_document" "assume_role_policy_ec2" {
  statement {
    effect  = "Allow"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "ci" {
  name               = "checkout-ci"
  assume_role_policy = data.aws_iam_policy_document.assume_role_policy_ec2.json
}

resource "aws_iam_instance_profile" "ci" {
  name = "checkout-ci"
  role = aws_iam_role.ci.name
}

data "aws_iam_policy_document" "deploy" {
  statement {
    sid     = "DeployService"
    effect  = "Allow"
    actions = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = [
      "arn:aws:ecs:eu-west-1:123456789012:service/production/checkout",
    ]
  }

  statement {
    sid       = "InspectRoles"
    effect    = "Allow"
    actions   = local.role_actions
    resources = ["*"]
  }
}

resource "aws_iam_policy" "deploy" {
  name   = "checkout-deploy"
  policy = data.aws_iam_policy_document.deploy.json
}

resource "aws_iam_role_policy_attachment" "ci_deploy" {
  role       = aws_iam_role.ci.name
  policy_arn = aws_iam_policy.deploy.arn
}
