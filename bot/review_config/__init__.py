"""What a repository and its organisation set for reviews, in layers, and what loosens it."""
