module "dns" {
  source = "example/dns/aws"
  zone   = yamldecode(file("${path.module}/values.yaml")).cluster
}
resource "kops_cluster" "k" {
  spec = file("${path.module}/values.yaml")
}
