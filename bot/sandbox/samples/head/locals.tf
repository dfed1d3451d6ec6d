locals {
  account = "123456789012"
  service = "checkout"

  # What the pipeline may do with the roles of this service.
  role_actions = [
    "iam:GetRole",
    "iam:PassRole",
    "iam:PutRolePolicy",
  ]

  order_queue = "arn:aws:sqs:eu-west-1:${local.account}:checkout-orders"

  service_roles = "arn:aws:iam::${local.account}:role/${local.service}-*"
}
