"""The sandbox's fixtures."""

from tests.fake_forge.fixtures import pull, sandbox

__all__ = ["pull", "sandbox"]
