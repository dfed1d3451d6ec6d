module "role" {
  source = "git::https://example.com/acme/modules.git//role?ref=v1.0.0"

  name = "main"
}
