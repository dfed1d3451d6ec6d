"""Terragrunt: the units of a revision, and what each configures with all the files that it includes and reads."""
