"""A review as a page: the same for a self-contained file and for the server's report."""
