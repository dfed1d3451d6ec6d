"""Measurements and long comparisons with independent judges; run by hand or by make, never shipped."""
