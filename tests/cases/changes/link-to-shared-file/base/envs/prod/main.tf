module "store" {
  source = "./modules/store"
  bucket = local.bucket
}
