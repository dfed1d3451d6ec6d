"""The files of two revisions, from git or from folders."""
