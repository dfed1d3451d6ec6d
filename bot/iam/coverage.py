"""The algebra of what statements allow: sets of requests, their union and difference."""
