"""What the bot would have done on merged changes, told to those who decide about it: a page, Markdown, a table."""
