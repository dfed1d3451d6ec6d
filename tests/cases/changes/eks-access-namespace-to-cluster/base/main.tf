resource "aws_eks_access_policy_association" "developer" {
  cluster_name  = "main"
  principal_arn = "arn:aws:iam::111122223333:role/developer"
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"

  access_scope {
    type       = "namespace"
    namespaces = ["apps"]
  }
}
