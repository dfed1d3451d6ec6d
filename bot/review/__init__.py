"""A review: what it is, how it is made, what could not be seen, and who holds what."""
