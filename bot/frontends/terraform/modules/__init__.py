"""Which files make which module, which modules make a root, and what they are given."""
