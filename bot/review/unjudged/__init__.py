"""What a change touches that can move access and that no comparison looks at: each is an open question, or told."""
