locals {
  account = "123456789012"
  service = "checkout"

  # What the pipeline may do with the roles of this service.
  role_actions = [
    "iam:GetRole",
    "iam:PassRole",
  ]

  service_roles = "arn:aws:iam::${local.account}:role/${local.service}-*"
}
