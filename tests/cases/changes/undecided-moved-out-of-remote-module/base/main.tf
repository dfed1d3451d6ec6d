module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "19.0.0"
}
