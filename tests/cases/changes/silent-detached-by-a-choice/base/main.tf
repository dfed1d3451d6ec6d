resource "vendor_integration" "v" {}

module "vendor" {
  source      = "./vendor"
  external_id = vendor_integration.v.external_id
}
