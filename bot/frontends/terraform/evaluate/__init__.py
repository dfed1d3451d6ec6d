"""Evaluates root modules: every value with the lines it comes from."""
