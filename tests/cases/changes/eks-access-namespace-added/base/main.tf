locals {
  namespaces = [
    "apps",
    "datagovuk",
  ]
}

data "aws_iam_roles" "developer" { name_regex = "developer" }

resource "aws_eks_access_policy_association" "developer" {
  for_each      = data.aws_iam_roles.developer.arns
  cluster_name  = "main"
  principal_arn = each.value
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"

  access_scope {
    type       = "namespace"
    namespaces = local.namespaces
  }
}
