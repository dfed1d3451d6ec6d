"""Every resource and data type of the AWS providers: which can carry access at all."""
