data "terraform_remote_state" "cluster" {
  backend = "s3"
  config  = { bucket = "state", key = "cluster" }
}

data "aws_iam_role" "developer" {
  name = "developer"
}

resource "aws_eks_access_policy_association" "developer" {
  cluster_name  = data.terraform_remote_state.cluster.outputs.name
  principal_arn = data.aws_iam_role.developer.arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_sqs_queue" "web" {
  name = "web"
}
