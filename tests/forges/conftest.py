"""The sandbox's fixtures."""

from tests.fake_forge.fixtures import pull, sandbox
from tests.fake_forge.gitlab.fixtures import gitlab, merge_request

__all__ = ["gitlab", "merge_request", "pull", "sandbox"]
