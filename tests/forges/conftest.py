"""The sandbox's fixtures."""

from tests.sandbox.fixtures import pull, sandbox
from tests.sandbox.gitlab.fixtures import gitlab, merge_request

__all__ = ["gitlab", "merge_request", "pull", "sandbox"]
