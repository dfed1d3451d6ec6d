module "label" {
  source  = "cloudposse/label/null"
  version = "0.24.0"
  name    = "app"
}
