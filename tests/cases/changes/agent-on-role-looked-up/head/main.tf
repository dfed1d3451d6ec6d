module "cluster" {
  source  = "terraform-aws-modules/eks/aws"
  version = "20.8.4"
}

resource "aws_iam_role_policy_attachment" "agent" {
  role       = var.role
  policy_arn = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
}
