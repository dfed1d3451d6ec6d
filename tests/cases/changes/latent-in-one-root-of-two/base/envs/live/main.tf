module "worker" {
  source = "../../worker"
  env    = "live"
  sends  = true
}
