"""Records what real Terraform answers to the expressions under tests/cases/functions."""
