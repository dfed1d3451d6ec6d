"""Terraform's text as a syntax tree with the place of every part."""
