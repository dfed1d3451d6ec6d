data "aws_iam_role" "dev" {
  name = "dev"
}

resource "aws_eks_access_entry" "dev" {
  cluster_name  = "apps"
  principal_arn = data.aws_iam_role.dev.arn
}

resource "aws_eks_access_policy_association" "dev" {
  cluster_name  = "apps"
  principal_arn = data.aws_iam_role.dev.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}
