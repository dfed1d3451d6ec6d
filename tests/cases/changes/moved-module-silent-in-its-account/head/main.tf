module "new" {
  source    = "./role"
  providers = { aws = aws.trial }
}

moved {
  from = module.old
  to   = module.new
}
