"""Commands that people write in comments."""
