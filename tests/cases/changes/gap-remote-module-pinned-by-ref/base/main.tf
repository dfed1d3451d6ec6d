module "role" {
  source = "git::https://example.com/acme/modules.git//role?ref=v10.4.1"

  name = "main"
}
