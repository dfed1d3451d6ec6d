locals {
  # What the pipeline looks at before it deploys.
  role_actions = [
    "iam:GetRole",
    "iam:ListRolePolicies",
    "iam:PutRolePolicy",
  ]

  order_queue = "arn:aws:sqs:eu-west-1:123456789012:checkout-orders"
}
