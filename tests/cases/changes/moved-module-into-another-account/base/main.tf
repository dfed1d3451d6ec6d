module "old" {
  source    = "./role"
  providers = { aws = aws.trial }
}
