"""What to do in place of a grant, decided by facts of that grant: typed steps, which wording puts in words."""
