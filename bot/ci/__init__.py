"""What a CI job is about, read from the variables its runner sets."""
