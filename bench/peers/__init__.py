"""Other policy comparers, each run in an environment of its own: these files import the peer, not this project."""
