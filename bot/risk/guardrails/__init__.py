"""What no change may do, whatever its grade."""
