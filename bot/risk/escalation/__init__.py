"""Ways to become more than one was given: completed by a change, though each part of them may look harmless."""
