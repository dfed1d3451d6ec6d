"""Forges: where change requests and their conversation live."""
