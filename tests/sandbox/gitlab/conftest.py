"""The sandbox's fixtures."""

from tests.sandbox.gitlab.fixtures import gitlab, merge_request

__all__ = ["gitlab", "merge_request"]
