"""Policy documents in files of their own that no other front end reads."""
