"""A forge on loopback, over real git repositories, for trying the bot and for tests."""
