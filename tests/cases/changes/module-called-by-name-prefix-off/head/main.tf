module "reader" {
  source      = "./reader"
  name_prefix = "nightly"
  enabled     = false
}
