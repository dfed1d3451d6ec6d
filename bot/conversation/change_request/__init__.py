"""What happens to one change request: fetch, review, render, publish."""
