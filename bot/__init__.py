"""IAM review: proves what access a Terraform change newly grants, and says so on the pull request."""

__version__ = "0.1.0"
