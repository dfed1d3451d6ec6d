module "web" {
  source = "./role"
  name   = "web"
}

module "worker" {
  source  = "./role"
  name    = "worker"
  actions = ["sqs:SendMessage"]
}
