"""Advice about changed statements."""
