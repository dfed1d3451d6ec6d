module "r" {
  source = "../../role"
}
