module "cluster" {
  source = "example/cluster/aws"
  nodes  = templatefile("${path.module}/templates/cluster.yaml.tpl", { name = "apps" })
}
