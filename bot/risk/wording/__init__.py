"""What findings say, in words."""
