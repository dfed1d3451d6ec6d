module "new" {
  source    = "./role"
  providers = { aws = aws.archive }
}

moved {
  from = module.old
  to   = module.new
}
