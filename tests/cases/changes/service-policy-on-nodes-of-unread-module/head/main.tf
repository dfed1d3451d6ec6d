module "cluster" {
  source  = "terraform-aws-modules/eks/aws"
  version = "20.8.4"
}

resource "aws_iam_role_policy_attachment" "agent" {
  role       = module.cluster.eks_managed_node_groups["system"].iam_role_name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSServicePolicy"
}
