"""AWS IAM semantics: policies, what they allow, and the catalogue of actions; knows no Terraform."""
