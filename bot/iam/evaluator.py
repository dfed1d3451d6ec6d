"""Decides one concrete request, step by step as AWS documents it; shares no code with the algebra it checks."""
