"""The sandbox's fixtures."""

from tests.fake_forge.gitlab.fixtures import gitlab, merge_request

__all__ = ["gitlab", "merge_request"]
