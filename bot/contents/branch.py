"""One file of a repository's default branch, wherever that is now."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contents.cache import Cache
from bot.contents.command import GitFailed
from bot.contents.objects import blob_at, read_blobs
from bot.contents.remote import Credential, RemoteRepository
from bot.errors import ContentsError


def default_branch_file(
    url: str, credential: Credential | None, path: str, cache: Cache, environment: Mapping[str, str] | None = None
) -> bytes | None:
    """The file's contents; None if the branch has none of that path. Raises ContentsError."""
    network = tuple((environment or {}).items())
    nowhere = RemoteRepository(url, credential, "", "", cache, network)
    with nowhere.open() as git:
        try:
            answer = git.run("ls-remote", "--quiet", "origin", "HEAD", seconds=nowhere.seconds)
        except GitFailed as failure:
            raise ContentsError(f"could not ask {url} for its default branch: {failure.reason}") from None
    commit = answer.partition(b"\t")[0].strip().decode("ascii", "replace")
    if not commit:
        raise ContentsError(f"{url} has no default branch yet")
    there = RemoteRepository(url, credential, commit, commit, cache, network)
    with there.open() as git:
        there.commits(git)
        blob = blob_at(git, commit, path)
        if not blob:
            return None
        there.bring(git, {blob})
        return read_blobs(git, {blob}).get(blob)
