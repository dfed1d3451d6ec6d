"""A real bare git repository, written by the sandbox itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.contents.command import Git, GitFailed
from bot.fake_forge.unified import FileDiff, read_diff
from bot.frozen import dataclass

SERVE_SETTINGS = (
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("http.receivepack", "false"),
)

_FOR_EVER = re.compile(r"[0-9a-f]{40}(\.\.[0-9a-f]{40})?")
"""A revision, or a range, that will always name the same commits."""

_BRANCH = re.compile(r"[A-Za-z0-9][\w-]*(?:/[A-Za-z0-9][\w-]*)*", re.ASCII)
"""Names that lead nowhere but below the folder of branches."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit as a forge tells of it."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: datetime
    message: str
    committer: str
    committer_email: str


@dataclass(frozen=True, slots=True)
class BareRepository:
    """The repository at `directory`; what it was `told` of commits by their full ids it need not ask git again."""

    directory: Path
    told: dict[tuple[str, ...], bytes] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def create(cls, directory: Path) -> BareRepository:
        """An empty repository."""
        directory.mkdir(parents=True)
        repository = cls(directory)
        repository.git.run("init", "--quiet", "--bare", "--template=", "--initial-branch=main", ".")
        return repository

    @classmethod
    def borrow(cls, directory: Path, source: Path) -> BareRepository:
        """A repository that reads the objects of a local one (as alternates), and has none of its branches."""
        repository = cls.create(directory)
        git = Git(source)
        common = _path(source, git.run("rev-parse", "--git-common-dir"))
        (directory / "objects" / "info" / "alternates").write_bytes(os.fsencode(common / "objects") + b"\n")
        if (common / "shallow").exists():
            (directory / "shallow").write_bytes((common / "shallow").read_bytes())
        return repository

    @property
    def git(self) -> Git:
        """git on the repository."""
        return Git(self.directory)

    def commit(
        self,
        branch: str,
        files: Mapping[str, bytes],
        message: str,
        author: str,
        parent: str = "",
        *,
        committer: str = "",
    ) -> str:
        """Set `branch` to a new commit that holds exactly `files`; returns its id. The author commits, unless said."""
        stamp = int(datetime.now(UTC).timestamp())
        text = message.encode()
        lines = [
            f"commit refs/heads/{branch}\n",
            "mark :1\n",
            f"author {_person(author)} {stamp} +0000\n",
            f"committer {_person(committer or author)} {stamp} +0000\n",
            f"data {len(text)}\n",
        ]
        head = "".join(lines).encode() + text + b"\n"
        ancestry = f"from {parent}\n".encode() if parent else b""
        body = b"".join(_file(path, content) for path, content in sorted(files.items()))
        order = head + ancestry + b"deleteall\n" + body + b"\nget-mark :1\n"
        return self.git.run("fast-import", "--quiet", "--force", stdin=order).decode("ascii").strip()

    def set_branch(self, branch: str, commit: str) -> None:
        """Point `branch` at a commit that is already here."""
        self.git.run("update-ref", f"refs/heads/{branch}", commit)

    def delete_branch(self, branch: str) -> None:
        """Remove a branch; its commits stay."""
        self.git.run("update-ref", "-d", f"refs/heads/{branch}")

    def set_pull(self, number: int, commit: str) -> None:
        """Keep the head of a pull request reachable, as forges do."""
        self.git.run("update-ref", f"refs/pull/{number}/head", commit)

    def resolve(self, revision: str) -> str:
        """The id of the commit that `revision` names. Raises GitFailed."""
        found = self._branch(revision)
        if found:
            return found
        named = f"{revision}^{{commit}}"
        return (
            self._ask(revision, "rev-parse", "--quiet", "--verify", "--end-of-options", named).decode("ascii").strip()
        )

    def _branch(self, name: str) -> str:
        """The commit of a branch that has a file of its own, which saves a process; "" for anything else."""
        if not _BRANCH.fullmatch(name):
            return ""
        try:
            kept = (self.directory / "refs" / "heads" / name).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return kept if _FOR_EVER.fullmatch(kept) else ""

    def has_commit(self, revision: str) -> bool:
        """Whether `revision` names a commit that is here."""
        try:
            self.resolve(revision)
        except GitFailed:
            return False
        return True

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor; `one` itself if there is none."""
        try:
            return self._ask(f"{one}..{other}", "merge-base", one, other).decode("ascii").strip()
        except GitFailed:
            return one

    def diff(self, base: str, head: str) -> tuple[FileDiff, ...]:
        """The diff as a forge shows it: three lines of context, renames found."""
        options = ("-p", "-r", "--find-renames", "--no-ext-diff", "--no-textconv")
        text = self._ask(f"{base}..{head}", "diff-tree", *options, base, head)
        return read_diff(text.decode("utf-8", "replace"))

    def files(self, revision: str) -> dict[str, bytes]:
        """Contents of all regular files of a commit."""
        listing = self._ask(revision, "ls-tree", "-r", "-z", "--full-tree", revision).split(b"\0")
        blobs = {}
        for entry in filter(None, listing):
            about, _, path = entry.partition(b"\t")
            if about.startswith(b"100"):
                blobs[path.decode("utf-8", "replace")] = about.split()[2].decode("ascii")
        wanted = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        with self.git.stream("cat-file", "--batch=%(objectsize)", "--buffer", stdin=wanted) as output:
            return {path: _content(output) for path in blobs}

    def commits(self, base: str, head: str) -> tuple[Commit, ...]:
        """Commits reachable from `head` and not from `base`, oldest first."""
        return tuple(self._log(f"{base}..{head}", "--reverse"))

    def commit_at(self, revision: str) -> Commit:
        """One commit."""
        return next(self._log(revision, "--max-count=1"))

    def _log(self, revisions: str, option: str) -> Iterator[Commit]:
        # %x00 between fields, %x1e after each commit: neither occurs in a commit's text.
        fields = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%B%x1e"
        answer = self._ask(revisions, "log", f"--format={fields}", option, revisions, "--").decode("utf-8", "replace")
        for entry in answer.split("\x1e"):
            if "\0" not in entry:
                continue
            commit, tree, parents, author, email, date, *by, message = entry.lstrip("\n").split("\0")
            moment = datetime.fromtimestamp(int(date), UTC)
            yield Commit(commit, tree, tuple(parents.split()), author, email, moment, message.rstrip("\n"), *by)

    def _ask(self, revisions: str, *arguments: str) -> bytes:
        """What git says about the revisions; once only where they are full ids. Raises GitFailed."""
        if not _FOR_EVER.fullmatch(revisions):
            return self.git.run(*arguments)
        if arguments not in self.told:
            self.told[arguments] = self.git.run(*arguments)
        return self.told[arguments]


def _content(output: IO[bytes]) -> bytes:
    """The next file of those that `git cat-file --batch` was asked for."""
    content = output.read(int(output.readline()))
    output.read(1)
    return content


def _person(login: str) -> str:
    return f"{login} <{login}@users.noreply.example>"


def folder(directory: Path) -> dict[str, bytes]:
    """The regular files below a directory, by path; symbolic links and .git are left out."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in _walk(directory)
        if path.is_file() and not path.is_symlink()
    }


def _walk(directory: Path) -> Iterable[Path]:
    return (path for path in sorted(directory.rglob("*")) if ".git" not in path.relative_to(directory).parts)


def _file(path: str, content: bytes) -> bytes:
    quoted = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").encode()
    return b'M 100644 inline "%s"\ndata %d\n%s\n' % (quoted, len(content), content)


def _path(directory: Path, answer: bytes) -> Path:
    return (directory / os.fsdecode(answer.rstrip(b"\n"))).resolve()
