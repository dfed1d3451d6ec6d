module "cluster" {
  source  = "terraform-aws-modules/eks/aws"
  version = "20.8.4"
}
