"""Resource instances to grants and edges, one file a family of resource types."""
