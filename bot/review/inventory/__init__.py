"""Who holds what in one revision, and who can do something."""
