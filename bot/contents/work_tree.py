"""What lies in a checkout, or is staged there, as the head of a comparison: what `git diff BASE` would compare."""

from __future__ import annotations

import dataclasses
import os
import shutil
import stat
import tempfile
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.contents.command import Git, GitFailed, without_filters
from bot.contents.git import GitContents
from bot.contents.local_repository import LocalRepository
from bot.contents.objects import MAX_BLOB_BYTES, MAX_TOTAL_BYTES
from bot.contents.port import Revisions
from bot.contents.selection import can_matter
from bot.errors import ContentsError, RevisionError
from bot.frozen import dataclass

WORKTREE = "WORKTREE"
INDEX = "INDEX"
"""How the two kinds of head are called where others have a commit's id."""

MAX_OTHER_FILES = 10_000
"""So many changed and new files that are no configuration are taken; the others are listed and cannot be read."""

NOT_OURS = (":(top,exclude,glob)**/.terraform/**", ":(top,exclude,glob)**/.terragrunt-cache/**")
"""What `terraform init` and Terragrunt put into a checkout, whether git ignores it or not."""

_SETTINGS = (
    ("core.splitIndex", "false"),  # a shared part would be written beside the repository's own
    ("core.untrackedCache", "false"),
    ("core.fsync", "none"),
    ("core.looseCompression", "0"),
)

_UNREAD = b"\0not read\n"
"""Stands for the contents of a file that is not read; git takes it for binary, so that the diff has no lines of it."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where a repository's working tree is, and what git keeps about it."""

    top: Path
    git_directory: Path
    index: Path
    objects: Path

    @classmethod
    def holding(cls, directory: Path) -> Checkout | None:
        """The working tree that holds `directory`; None for a bare repository, or none at all."""
        if not directory.is_dir():
            return None
        wanted = ("--show-toplevel", "--absolute-git-dir", "--git-path", "index", "--git-path", "objects")
        try:
            answer = Git(directory).run("rev-parse", *wanted)
        except GitFailed:
            return None
        return cls(*(directory.resolve() / os.fsdecode(line) for line in answer.splitlines()))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A checkout as it was for a moment: the id of its `tree`, which `scratch` holds with all that is new in it.

    `name` is WORKTREE or INDEX, `unread` the id that files have whose contents were not taken.
    """

    name: str
    tree: str
    unread: str
    git: Git
    scratch: Scratch


class Scratch:
    """A directory that is gone when nothing refers to it any more."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="iam-review-"))
        weakref.finalize(self, shutil.rmtree, self.directory, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class WorkTreeContents:
    """The Contents of a revision and a snapshot of the checkout, from the merge base with HEAD on.

    Of the base "" there are no files: it is what the first commit is made on.
    """

    base: str
    snapshot: Snapshot

    def revisions(self) -> Revisions:
        """List and compare the two sides. Raises ContentsError or RevisionError."""
        found = GitContents(_SnapshotSource(self.base, self.snapshot)).revisions()
        blobs = {blob: content for blob, content in found.blobs.items() if blob != self.snapshot.unread}
        return dataclasses.replace(found, head=self.snapshot.name, blobs=blobs)

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """Contents of more blobs, by id; absent ones and very large ones are left out. Raises ContentsError."""
        return GitContents(_SnapshotSource(self.base, self.snapshot)).read(frozenset(blobs) - {self.snapshot.unread})


@dataclass(frozen=True, slots=True)
class _SnapshotSource:
    """The CommitSource of a snapshot: its tree stands where another has the head's commit."""

    base: str
    snapshot: Snapshot

    @contextmanager
    def open(self) -> Iterator[Git]:
        yield self.snapshot.git

    def commits(self, git: Git) -> tuple[str, str, str]:
        if not self.base:
            nothing = _without_files(git)
            return nothing, self.snapshot.tree, nothing
        merge_base, _, target = self._local(git).commits(git)
        return merge_base, self.snapshot.tree, target

    def bring(self, git: Git, blobs: Collection[str]) -> None:
        self._local(git).bring(git, blobs)

    def look_back(self, git: Git, commit: str) -> None:
        self._local(git).look_back(git, commit)

    def _local(self, git: Git) -> LocalRepository:
        return LocalRepository(git.directory, self.base, "HEAD")


def snapshot(checkout: Checkout, staged: bool, index: Path | None = None) -> Snapshot | None:
    """What is on disk (tracked files, and untracked ones that git does not ignore), or what is `staged`.

    None where that is what HEAD has. `index` is another one than the repository's. Nothing of the repository is
    written or executed. Raises RevisionError or ContentsError.
    """
    scratch = Scratch()
    git = _beside(checkout, scratch.directory, index or checkout.index)
    unread = git.run("hash-object", "-w", "--stdin", "--no-filters", stdin=_UNREAD).strip().decode("ascii")
    if not staged:
        _take_from_disk(git, unread)
    elif git.run("ls-files", "--unmerged", "-z"):
        raise RevisionError(f"{checkout.top} has files with conflicts: resolve and stage them first")
    tree = git.run("write-tree", "--missing-ok").strip().decode("ascii")
    return None if tree == _committed(git) else Snapshot(INDEX if staged else WORKTREE, tree, unread, git, scratch)


def _committed(git: Git) -> str:
    """The id of HEAD's tree; of one without files before the first commit."""
    try:
        return git.run("rev-parse", "--quiet", "--verify", "HEAD^{tree}").strip().decode("ascii")
    except GitFailed:
        return _without_files(git)


def _without_files(git: Git) -> str:
    return git.run("hash-object", "-t", "tree", "-w", "--stdin").strip().decode("ascii")


def is_unborn(checkout: Checkout) -> bool:
    """Whether the checkout is on a branch without a commit."""
    try:
        Git(checkout.top).run("rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    except GitFailed:
        return True
    return False


def _beside(checkout: Checkout, scratch: Path, index: Path) -> Git:
    """git on the checkout whose index is a copy and whose new objects go elsewhere."""
    (scratch / "objects" / "info").mkdir(parents=True)
    (scratch / "objects" / "info" / "alternates").write_bytes(os.fsencode(checkout.objects) + b"\n")
    if index.exists():
        # Its time says which files were written after it and have to be read whatever their time is.
        shutil.copy2(index, scratch / "index")
    places = {
        "GIT_DIR": checkout.git_directory,
        "GIT_WORK_TREE": checkout.top,
        "GIT_INDEX_FILE": scratch / "index",
        "GIT_OBJECT_DIRECTORY": scratch / "objects",
    }
    here = without_filters(Git(checkout.top))
    environment = {name: str(place) for name, place in places.items()}
    return dataclasses.replace(here, settings=(*here.settings, *_SETTINGS), environment=environment)


def _take_from_disk(git: Git, unread: str) -> None:
    """Bring the copied index to what is on disk."""
    gone, changed = _changed(git)
    untracked = git.run("ls-files", "-z", "--others", "--exclude-standard", "--", ":(top)", *NOT_OURS).split(b"\0")
    # git lists another repository inside this one as a folder.
    found = sorted({*changed, *(path for path in untracked if path and not path.endswith(b"/"))}, key=_first)
    taken: list[bytes] = []
    entries = [b"0 %s\t%s" % (b"0" * len(unread), path) for path in gone]
    room, others = MAX_TOTAL_BYTES // 2, MAX_OTHER_FILES
    for path in found:
        kind, size = _on_disk(git.directory, path)
        matters = can_matter(os.fsdecode(path))
        if kind == stat.S_IFREG and (size > MAX_BLOB_BYTES or not (matters or (size <= room and others))):
            entries.append(b"100644 %s\t%s" % (unread.encode("ascii"), path))
        elif kind in (stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR):
            taken.append(path)
            room, others = (room, others) if matters else (room - size, others - 1)
        else:
            entries.append(b"0 %s\t%s" % (b"0" * len(unread), path))
    git.run("update-index", "-z", "--index-info", stdin=b"".join(entry + b"\0" for entry in entries))
    wanted = b"".join(path + b"\0" for path in taken)
    git.run("update-index", "--add", "--remove", "--replace", "-z", "--stdin", stdin=wanted)


def _first(path: bytes) -> tuple[bool, bytes]:
    return not can_matter(os.fsdecode(path)), path


def _changed(git: Git) -> tuple[list[bytes], list[bytes]]:
    """Paths of tracked files that are gone, or behind a symbolic link now, and of those that may differ."""
    answer = git.run("diff-files", "--name-status", "--no-renames", "--ignore-submodules=dirty", "-z")
    fields = answer.split(b"\0")
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    gone = [path for status, path in pairs if status == b"D"]
    return gone, [path for status, path in pairs if status != b"D" and path not in gone]


def _on_disk(top: Path, path: bytes) -> tuple[int, int]:
    """The kind of file, 0 for none, and its size."""
    try:
        about = os.lstat(os.fsencode(top) + b"/" + path)
    except (FileNotFoundError, NotADirectoryError):
        return 0, 0
    except OSError as error:
        raise ContentsError(f"cannot read {error.filename!r}: {error.strerror}") from error
    return stat.S_IFMT(about.st_mode), about.st_size
