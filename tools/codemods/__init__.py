"""Moves and renames of modules and names, described as data and applied to the whole checkout at once."""
