"""Modules that are not in the repository, fetched from allowed registries and git hosts."""
