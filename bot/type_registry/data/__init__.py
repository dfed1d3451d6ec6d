"""Dated data: the types of the AWS providers, what names of arguments mean, what was judged by hand."""
