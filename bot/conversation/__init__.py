"""The conversation on a change request: the review published, comments answered."""
