resource "local_file" "cluster" {
  content  = templatefile("${path.module}/templates/cluster.yaml.tpl", { name = "apps" })
  filename = "cluster.yaml"
}
