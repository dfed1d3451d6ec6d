module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "17.1.0"

  map_users = [
    {
      userarn  = "arn:aws:iam::111122223333:user/ann"
      username = "ann"
      groups   = ["system:masters"]
    },
    {
      userarn  = "arn:aws:iam::111122223333:user/bob"
      username = "bob"
      groups   = ["system:masters"]
    },
  ]
}
