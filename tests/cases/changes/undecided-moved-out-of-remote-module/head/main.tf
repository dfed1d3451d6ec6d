module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "19.0.0"
}

resource "aws_iam_role" "node" {
  name = "node"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"]
}

moved {
  from = module.eks.aws_iam_role.this[0]
  to   = aws_iam_role.node
}
