locals {
  # What the pipeline looks at before it deploys.
  role_actions = [
    "iam:GetRole",
    "iam:ListRolePolicies",
  ]
}
