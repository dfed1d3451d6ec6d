"""What head allows that base did not, holder by holder."""
