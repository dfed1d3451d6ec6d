"""Composition roots: the only places that build concrete things."""
