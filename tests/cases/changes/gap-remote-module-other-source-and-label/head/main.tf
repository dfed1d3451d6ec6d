module "task" {
  source = "git::https://example.com/acme/others.git//role?ref=v1.0.0"

  name = "main"
}

moved {
  from = module.role
  to   = module.task
}
