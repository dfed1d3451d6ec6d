"""A repository on a forge: two commits without history, and only the files that are read."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot.contents.cache import Cache
from bot.contents.command import Git, GitFailed
from bot.contents.objects import LOOK_BACK, absent
from bot.errors import ContentsError, DamagedCopy, DiskFull
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

T = TypeVar("T")

_COMMIT = late_pattern(r"\A[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_NO_BRANCH = late_pattern(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\A/|/\Z|\A-")
"""What is in no branch's name, after git-check-ref-format: a refspec must not mean anything else."""

_BASE_BRANCH = "refs/iam-review/base"
"""Where the base branch's commit is kept; the next change request's may be another, and replaces it."""

_HISTORY = "refs/iam-review/history"

_OF_THE_FORGE = (
    "unable to access",
    "couldn't find remote ref",
    "remote error",
    "not our ref",
    "' not found",
    "does not appear to be a git repository",
    "Could not read from remote repository",
    "Authentication failed",
    "could not read Username",
    "early EOF",
    "unexpected disconnect",
    "hung up",
    "RPC failed",
    "redirect",
)
"""What git says where its own copy is not to blame."""

_ANSWERED = late_pattern(r"returned error\W+(\d{3})")
_UNAUTHORISED = ("Authentication failed", "could not read Username")
"""How git says that it was answered 401."""

_NO_ROOM = ("No space left", "Out of diskspace", "Disk quota exceeded")
"""What git says where the disk is full; of some of its files it says only that they cannot be written."""

_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none")


@dataclass(frozen=True, slots=True)
class GitCredential:
    """What git says who it is: GitHub "x-access-token" and a token, GitLab "oauth2" and a token."""

    user: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemoteRepository:
    """Two commits of the repository at `url` (https, or http and file where the forge is that); full ids.

    `branch` names the base branch, which is looked up in the same exchange: forges tell where it was when the change
    request was last pushed to, and its rules bind as they are now. `target` is where it was seen last, should it be
    gone, and "" is the merge base.
    `environment` names proxies and certificates, by the variables that curl and Python read them from.
    """

    url: str
    credential: GitCredential | None
    merge_base: str
    head: str
    cache: Cache
    environment: tuple[tuple[str, str], ...] = ()
    target: str = ""
    branch: str = ""
    seconds: float = 300.0

    @contextmanager
    def open(self) -> Iterator[Git]:
        """git on the cached copy, which nobody else uses meanwhile."""
        scheme = urlsplit(self.url).scheme
        if scheme not in ("https", "http", "file"):
            raise ContentsError(f"{self.url} is neither an https nor an http address")
        settings = [
            (f"protocol.{scheme}.allow", "always"),
            ("remote.origin.url", self.url),
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialclonefilter", "blob:none"),
        ]
        secrets: tuple[str, ...] = ()
        if self.credential is not None:
            pair = f"{self.credential.user}:{self.credential.token}".encode()
            encoded = base64.b64encode(pair).decode("ascii")
            settings.append((f"http.{self.url}.extraHeader", f"Authorization: Basic {encoded}"))
            secrets = (self.credential.token, encoded)
        with self.cache.repository(self.url) as directory:
            settings += _certificates(self.environment)
            # Of a copy that is damaged git would look for a repository around it, and write into that.
            environment = dict(self.environment) | {"GIT_CEILING_DIRECTORIES": str(self.cache.directory.absolute())}
            git = Git(directory, tuple(settings), secrets, environment)
            try:
                if not (directory / "HEAD").exists():
                    git.run("init", "--quiet", "--bare", "--template=", ".")
                yield git
            except GitFailed as failure:
                raise self._dropped(directory, failure) from None

    def _dropped(self, copy: Path, failure: GitFailed) -> DamagedCopy:
        """What git says of its own files is not asked into: a copy costs one fetch."""
        logging.getLogger(__name__).warning("the cached copy of %s is thrown away: %s", self.url, failure.reason)
        full = any(words in failure.reason for words in _NO_ROOM) or not self.cache.has_room()
        if full:
            self.cache.make_room(copy)
        self.cache.empty(copy)
        return DiskFull(str(failure)) if full else DamagedCopy(str(failure))

    def commits(self, git: Git) -> tuple[str, str, str]:
        """Fetch the commits and their trees unless they are here. Raises ContentsError."""
        target = self.target or self.merge_base
        for commit in (self.merge_base, self.head, target):
            if not _COMMIT.match(commit):
                raise ContentsError(f"{commit!r} is not a full commit id")
        if self.branch and not _NO_BRANCH.search(self.branch):
            found = self._branch_now(git)
            if found:
                return self.merge_base, self.head, found
        self._have(git, {self.merge_base, self.head, target})
        return self.merge_base, self.head, target

    def _branch_now(self, git: Git) -> str:
        """The base branch's commit, fetched along with the others; "" if there is no such branch any more."""
        missing = absent(git, {self.merge_base, self.head})
        name = f"refs/heads/{self.branch}"
        try:
            git.run(*_FETCH, "--depth=1", "origin", *missing, f"+{name}:{_BASE_BRANCH}", seconds=self.seconds)
        except GitFailed as failure:
            if f"couldn't find remote ref {name}" in failure.reason:
                return ""
            raise self._failed(failure) from None
        return git.run("rev-parse", "--verify", f"{_BASE_BRANCH}^{{commit}}").decode("ascii").strip()

    def _have(self, git: Git, commits: Collection[str]) -> None:
        missing = absent(git, commits)
        if missing:
            self._fetch(git, "--depth=1", "origin", *missing)

    def bring(self, git: Git, blobs: Collection[str]) -> None:
        """Fetch, in one request, the blobs that are not here yet. Raises ContentsError."""
        missing = absent(git, blobs)
        if missing:
            self._fetch(git, "--stdin", "origin", stdin="".join(f"{blob}\n" for blob in missing).encode("ascii"))

    def look_back(self, git: Git, commit: str) -> None:
        """Fetch the commits before that one, which came without them. Raises ContentsError."""
        self._fetch(git, f"--depth={LOOK_BACK}", "origin", commit)

    def bring_history(self, git: Git, commits: int) -> str:
        """Fetch so many of the default branch's newest commits; what names the last. Raises ContentsError."""
        self._fetch(git, f"--depth={commits}", "origin", f"+HEAD:{_HISTORY}")
        return _HISTORY

    def _fetch(self, git: Git, *arguments: str, stdin: bytes = b"") -> None:
        try:
            git.run(*_FETCH, *arguments, stdin=stdin, seconds=self.seconds)
        except GitFailed as failure:
            raise self._failed(failure) from None

    def _failed(self, failure: GitFailed) -> ContentsError:
        """A failure of the forge or on the way to it; one of the copy stays what it is, and ends the copy."""
        if not of_the_forge(failure):
            return failure
        made = ContentsError(f"could not fetch {self.head[:12]} from {self.url}: {failure.reason}")
        made.status = _status_in(failure.reason)
        return made


def of_the_forge(failure: GitFailed) -> bool:
    """Whether the forge, or the way to it, is to blame and not the copy."""
    return any(words in failure.reason for words in _OF_THE_FORGE)


def _status_in(reason: str) -> int | None:
    """The HTTP status that git was answered, if it says one."""
    if any(words in reason for words in _UNAUTHORISED):
        return 401
    answered = _ANSWERED.search(reason)
    return int(answered[1]) if answered else None


def once_more(action: Callable[[], T]) -> T:
    """Do `action`, and once more where a cached copy was damaged: it is fetched anew then."""
    try:
        return action()
    except DamagedCopy:
        return action()


def _certificates(environment: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Trust for git what Python and OpenSSL are told to trust by their own variables."""
    keys = {"SSL_CERT_FILE": "http.sslCAInfo", "REQUESTS_CA_BUNDLE": "http.sslCAInfo", "SSL_CERT_DIR": "http.sslCAPath"}
    return [(keys[name.upper()], value) for name, value in environment if name.upper() in keys]
