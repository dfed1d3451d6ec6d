"""Values of variables that Terraform is told are sensitive stand in no review: not stored, not shown, not sent."""
