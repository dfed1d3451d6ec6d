module "app" {
  note   = "for now"
  source = "./app"
  deny   = false
}
