resource "aws_iam_role" "web" {
  name = "web"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"], Principal = { Service = "pods.eks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "web" {
  role = aws_iam_role.web.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "dynamodb:DeleteTable", Resource = "*" }]
  })
}

resource "aws_eks_cluster" "old" {
  role_arn = "arn:aws:iam::111122223333:role/cluster"
  name     = var.name

  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}

variable "name" {
  type = string
}

resource "aws_eks_pod_identity_association" "web" {
  cluster_name    = aws_eks_cluster.old.id
  namespace       = "jobs"
  service_account = "web"
  role_arn        = aws_iam_role.web.arn
}
