"""Pull requests to try the bot on: the one that ships with the project, or one made of a local repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.contents.local_repository import LocalRepository
from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest

AnySandbox = Sandbox | GitLabSandbox

SANDBOXES: Mapping[str, type[Sandbox] | type[GitLabSandbox]] = {
    sandbox.forge: sandbox for sandbox in (Sandbox, GitLabSandbox)
}
"""The forges that can be tried, by their names in references."""

SAMPLES = Path(__file__).parent / "samples"


def open_sample(sandbox: AnySandbox) -> PullRequest:
    """The pull request that ships with the project."""
    title, _, body = (SAMPLES / "PULL_REQUEST.md").read_text("utf-8").partition("\n")
    repository = sandbox.create_repository("acme/checkout", SAMPLES / "base", author="grace")
    return sandbox.open_pull(repository, SAMPLES / "head", title, body.strip(), author="ada", branch="pipeline-roles")


def open_local(sandbox: AnySandbox, directory: Path, base: str, head: str) -> PullRequest:
    """A pull request from revision `head` into `base` of a local repository. Raises RevisionError."""
    local = LocalRepository(directory, base, head)
    with local.open() as git:
        _, commit, _ = local.commits(git)
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in directory.resolve().name) or "repository"
    repository = sandbox.borrow_repository(f"local/{name}", directory, base)
    title = repository.git.commit_at(commit).message.partition("\n")[0] or head
    return sandbox.open_pull_at(repository, commit, title, author="you", branch=_branch(head))


def _branch(revision: str) -> str:
    """A branch name after a revision, whatever that looks like."""
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in revision).strip("-.")
    return name or "head"
