data "aws_iam_role" "dev" {
  name = "dev"
}

resource "aws_eks_access_entry" "dev" {
  cluster_name  = "apps"
  principal_arn = data.aws_iam_role.dev.arn
}
