"""The sandbox's fixtures."""

from tests.sandbox.fixtures import pull, sandbox

__all__ = ["pull", "sandbox"]
