"""Terraform text to resource instances, as Terraform itself would evaluate it; knows no IAM."""
