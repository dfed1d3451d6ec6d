"""Fetched repositories as they are: every root at HEAD evaluated, merged changes reviewed, and what came of it kept."""
