"""The review in a process of its own: protocol, both ends, confinement, rounds."""
