"""One file of a branch of a repository, wherever that branch is now."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contents.cache import Cache
from bot.contents.command import GitFailed
from bot.contents.objects import entry_at, read_blobs
from bot.contents.remote import GitCredential, RemoteRepository, of_the_forge, once_more
from bot.errors import ContentsError, UnreadableFile


def branch_file(
    url: str,
    credential: GitCredential | None,
    path: str,
    cache: Cache,
    environment: Mapping[str, str] | None = None,
    branch: str = "",
) -> bytes | None:
    """The file's contents on `branch`, "" for the default one; None if there is none of that path.

    Raises ContentsError, also if there is no such branch; UnreadableFile where something is there that cannot be read.
    """
    return once_more(lambda: _file(url, credential, path, cache, tuple((environment or {}).items()), branch))


def _file(
    url: str,
    credential: GitCredential | None,
    path: str,
    cache: Cache,
    network: tuple[tuple[str, str], ...],
    branch: str,
) -> bytes | None:
    nowhere = RemoteRepository(url, credential, "", "", cache, network)
    name = f"refs/heads/{branch}" if branch else "HEAD"
    with nowhere.open() as git:
        try:
            answer = git.run("ls-remote", "--quiet", "origin", name, seconds=nowhere.seconds)
        except GitFailed as failure:
            if not of_the_forge(failure):
                raise
            raise ContentsError(f"could not ask {url} for {_named(branch)}: {failure.reason}") from None
    commit = _commit_of(name, answer.decode("utf-8", "replace"))
    if not commit:
        raise ContentsError(f"{url} has no {_named(branch)}")
    there = RemoteRepository(url, credential, commit, commit, cache, network)
    with there.open() as git:
        there.commits(git)
        blob = entry_at(git, commit, path)
        if not blob:
            return None
        if ":" in blob:
            raise UnreadableFile(f" is no regular file on {_named(branch)} of {url}")
        there.bring(git, {blob})
        content = read_blobs(git, {blob}).get(blob)
        if content is None:
            raise UnreadableFile(f" on {_named(branch)} of {url} is too large")
        return content


def _commit_of(name: str, answer: str) -> str:
    """A name also stands for those that end with it: refs/heads/x for refs/heads/refs/heads/x."""
    found = (line.split("\t") for line in answer.splitlines() if "\t" in line)
    return next((commit for commit, ref in found if ref == name), "")


def _named(branch: str) -> str:
    return f"branch {branch}" if branch else "default branch"
