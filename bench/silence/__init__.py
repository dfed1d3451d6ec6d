"""The mutation property: reviews of small changes of valid Terraform, against a judge that shares nothing with them."""
