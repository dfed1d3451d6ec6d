"""A merge queue: tries each pull request on a commit of its own, and merges what passes its checks there.

What it delivers and when is after GitHub's documentation, "Managing a merge queue" and "Webhook events: merge_group".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.fake_forge.repository import BareRepository
from bot.fake_forge.world import PullRequest

QUEUE = "github-merge-queue[bot]"

Fate = Literal["", "merged", "invalidated", "dequeued"]


@dataclass(slots=True)
class MergeGroup:
    """A pull request merged onto `base` at commit `head`; `fate` is what became of it."""

    pull: PullRequest
    branch: str
    base: str
    head: str
    fate: Fate = ""


def make_group(pull: PullRequest, onto: str) -> MergeGroup:
    """Merge a pull request onto a commit, on a branch named as GitHub names it."""
    git = pull.repository.git
    branch = f"gh-readonly-queue/{pull.base_branch}/pr-{pull.number}-{onto}"
    message = f"Merge pull request #{pull.number} from {pull.head_branch}"
    head = git.commit(branch, _merged(git, onto, pull), message, QUEUE, onto)
    return MergeGroup(pull, branch, onto, head)


def _merged(git: BareRepository, onto: str, pull: PullRequest) -> Mapping[str, bytes]:
    """The files of `onto` with what the pull request changes, file by file."""
    before, after = git.files(git.merge_base(pull.base, pull.head)), git.files(pull.head)
    files = dict(git.files(onto))
    for path in before.keys() | after.keys():
        if before.get(path) == after.get(path):
            continue
        if path in after:
            files[path] = after[path]
        else:
            files.pop(path, None)
    return files
