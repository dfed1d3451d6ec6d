"""What a change is compared with where nobody says it: the branch that it would be merged into."""

from __future__ import annotations

from pathlib import Path

from bot.contents.command import Git, GitFailed
from bot.frozen import dataclass

_CANDIDATES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
"""What `git clone` notes as the default branch, then the usual names of one."""

_SHOWN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class DefaultBase:
    """`revision` names the base to git, `name` to people; `merge_base` is a short commit id, "" for HEAD itself."""

    revision: str
    name: str
    merge_base: str


HEAD = DefaultBase("HEAD", "HEAD", "")


def default_base(directory: Path, head: str) -> DefaultBase:
    """The default branch that has a merge base with `head`; HEAD where there is none, or no history in common.

    Raises RevisionError if the directory is in no repository, ContentsError if git cannot tell.
    """
    git = Git(directory)
    try:
        answer = git.run("for-each-ref", "--format=%(refname) %(symref)", *_CANDIDATES).decode("utf-8", "replace")
    except GitFailed as failure:
        raise git.no_repository() or failure from None
    found = dict(line.partition(" ")[::2] for line in answer.splitlines())
    revision = next((candidate for candidate in _CANDIDATES if candidate in found), "")
    if not revision:
        return HEAD
    try:
        common = git.run("merge-base", "--end-of-options", revision, head).decode("ascii").strip()
    except GitFailed:
        return HEAD
    name = (found[revision] or revision).removeprefix("refs/remotes/").removeprefix("refs/heads/")
    return DefaultBase(revision, name, common[:_SHOWN_DIGITS])
