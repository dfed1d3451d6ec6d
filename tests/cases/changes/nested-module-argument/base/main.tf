module "outer" {
  source   = "./outer"
  services = ["ec2.amazonaws.com"]
}
