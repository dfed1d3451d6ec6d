"""A real bare git repository, written by the sandbox itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.contents.command import Git, GitFailed
from bot.fake_forge.unified import FileDiff, read_diff
from bot.frozen import dataclass

SERVE_SETTINGS = (
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("http.receivepack", "false"),
)


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
    """The repository at `directory`."""

    directory: Path

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
            f"author {_person(author)} {stamp} +0000\n",
            f"committer {_person(committer or author)} {stamp} +0000\n",
            f"data {len(text)}\n",
        ]
        head = "".join(lines).encode() + text + b"\n"
        ancestry = f"from {parent}\n".encode() if parent else b""
        body = b"".join(_file(path, content) for path, content in sorted(files.items()))
        self.git.run("fast-import", "--quiet", "--force", stdin=head + ancestry + b"deleteall\n" + body)
        return self.resolve(f"refs/heads/{branch}")

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
        answer = self.git.run("rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        return answer.decode("ascii").strip()

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
            return self.git.run("merge-base", one, other).decode("ascii").strip()
        except GitFailed:
            return one

    def diff(self, base: str, head: str) -> tuple[FileDiff, ...]:
        """The diff as a forge shows it: three lines of context, renames found."""
        text = self.git.run("diff-tree", "-p", "-r", "--find-renames", "--no-ext-diff", "--no-textconv", base, head)
        return read_diff(text.decode("utf-8", "replace"))

    def files(self, revision: str) -> dict[str, bytes]:
        """Contents of all regular files of a commit."""
        listing = self.git.run("ls-tree", "-r", "-z", "--full-tree", revision).split(b"\0")
        blobs = {}
        for entry in filter(None, listing):
            about, _, path = entry.partition(b"\t")
            if about.startswith(b"100"):
                blobs[path.decode("utf-8", "replace")] = about.split()[2].decode("ascii")
        return {path: self.git.run("cat-file", "blob", blob) for path, blob in blobs.items()}

    def commits(self, base: str, head: str) -> tuple[Commit, ...]:
        """Commits reachable from `head` and not from `base`, oldest first."""
        return tuple(self._log("--reverse", f"{base}..{head}"))

    def commit_at(self, revision: str) -> Commit:
        """One commit."""
        return next(self._log("--max-count=1", revision))

    def _log(self, *arguments: str) -> Iterator[Commit]:
        # %x00 between fields, %x1e after each commit: neither occurs in a commit's text.
        fields = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%B%x1e"
        answer = self.git.run("log", f"--format={fields}", *arguments, "--").decode("utf-8", "replace")
        for entry in answer.split("\x1e"):
            if "\0" not in entry:
                continue
            commit, tree, parents, author, email, date, *by, message = entry.lstrip("\n").split("\0")
            moment = datetime.fromtimestamp(int(date), UTC)
            yield Commit(commit, tree, tuple(parents.split()), author, email, moment, message.rstrip("\n"), *by)


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
