"""Reads trees, blobs and diffs out of a git repository, a few processes for any number of files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import IO

from bot.contents.command import Git, GitFailed, OutputTooLarge
from bot.contents.port import LINK, SUBMODULE
from bot.contents.selection import DIFF_PATHSPECS, is_compared, wanted_pathspecs
from bot.errors import ContentsError
from bot.frozen import dataclass

MAX_BLOB_BYTES = 5 * 1024**2
"""Larger files are left out of what is read."""

MAX_TOTAL_BYTES = 256 * 1024**2
"""What one reading may hold."""

MAX_DIFF_BYTES = 32 * 1024**2

MAX_LINKS = 2_000
"""So many symbolic links of a revision are read: what is behind the others is not seen."""

LOOK_BACK = 500
"""How many commits of a branch are looked through for what a file said before."""

MAX_VERSIONS = 10

_DIFF = (
    "diff-tree",
    "-p",
    "-r",
    "--find-renames",
    "-l1000",
    "--unified=3",
    "--full-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
)


@dataclass(frozen=True, slots=True)
class Tree:
    """One revision's files: `files` are regular ones, `links` symbolic links; path -> blob id.

    `submodules` maps paths to commits of other repositories.
    """

    files: Mapping[str, str]
    links: Mapping[str, str]
    submodules: Mapping[str, str]

    @property
    def listing(self) -> Mapping[str, str]:
        """Every path: regular files with their blob ids, the others with ids that say what they are."""
        return {
            **self.files,
            **{path: LINK + blob for path, blob in self.links.items()},
            **{path: SUBMODULE + commit for path, commit in self.submodules.items()},
        }


def read_tree(git: Git, commit: str) -> Tree:
    """List all files of a commit."""
    found: dict[bytes, dict[str, str]] = {b"100": {}, b"120": {}, b"160": {}}
    for entry in git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        if not entry:
            continue
        about, _, path = entry.partition(b"\t")
        mode, _, name = about.split(b" ")
        shown = path.decode("utf-8", "backslashreplace")
        if shown in found[mode[:3]]:
            raise ContentsError(f"two files are called {shown!r}, one of them in bytes that are no text: rename one")
        found[mode[:3]][shown] = name.decode("ascii")
    return Tree(*found.values())


def blob_at(git: Git, commit: str, path: str) -> str:
    """The id of one regular file of a commit; "" if it has none of that path."""
    found = entry_at(git, commit, path)
    return "" if ":" in found else found


def entry_at(git: Git, commit: str, path: str) -> str:
    """The id of what a commit has at a path as a listing has it; "" if that is nothing, or a folder."""
    about, _, _ = git.run("ls-tree", "-z", "--full-tree", commit, "--", path).partition(b"\t")
    mode, _, name = about.partition(b" ")
    kind = {b"100": "", b"120": LINK, b"160": SUBMODULE}.get(mode[:3])
    return "" if kind is None else kind + name.split()[-1].decode("ascii")


def versions(git: Git, commit: str, path: str) -> dict[str, str]:
    """What a regular file was before each of the newest changes to it on that commit's branch, the newest first.

    Commits and the ids that it had as of them. At most MAX_VERSIONS, of changes among the newest LOOK_BACK commits;
    what a merge brought is one change.
    """
    line = ("log", "--first-parent")
    newest = git.run(*line, f"--max-count={LOOK_BACK}", "--format=%H", commit, "--").decode("ascii").split()
    bound = [f"^{newest[-1]}"] if len(newest) == LOOK_BACK else []
    changes = (*line, f"--max-count={MAX_VERSIONS}", "--format=%P", commit, *bound, "--", f":(top){path}")
    parents = [line.split()[0] for line in git.run(*changes).decode("ascii").splitlines() if line]
    found = {at: blob_at(git, at, path) for at in parents}
    return {at: blob for at, blob in found.items() if blob}


def compared_blobs(base: Tree, head: Tree) -> frozenset[str]:
    """Ids of the blobs that the diff between two trees reads."""
    return _changed(base.files, head.files) | _changed(base.links, head.links)


def _changed(base: Mapping[str, str], head: Mapping[str, str]) -> frozenset[str]:
    differing = base.items() ^ head.items()
    return frozenset(blob for path, blob in differing if is_compared(path))


def diff(git: Git, base: str, head: str) -> str:
    """The unified diff between two commits, with renames.

    Of a change whose diff is larger than MAX_DIFF_BYTES only the Terraform files are compared, nor are others of which
    the clone has not the contents. Raises ContentsError if that is too large as well, or not there.
    """
    try:
        content = git.run(*_DIFF, base, head, "--", *DIFF_PATHSPECS, limit=MAX_DIFF_BYTES)
    except (OutputTooLarge, GitFailed):
        content = git.run(*_DIFF, base, head, "--", *wanted_pathspecs(), limit=MAX_DIFF_BYTES)
    return content.decode("utf-8", "replace")


def read_blobs(git: Git, blobs: Iterable[str]) -> dict[str, bytes]:
    """Contents by id; absent ids and files over MAX_BLOB_BYTES are left out."""
    wanted = sorted(set(blobs))
    if not wanted:
        return {}
    found: dict[str, bytes] = {}
    total = 0
    request = "".join(f"{blob}\n" for blob in wanted).encode("ascii")
    with git.stream("cat-file", "--batch", "--buffer", stdin=request) as output:
        for blob in wanted:
            header = output.readline()
            if not header:
                break  # git has died: leaving the stream says why
            content = _blob_after(header, output)
            if content is None:
                continue
            total += len(content)
            if total > MAX_TOTAL_BYTES:
                raise ContentsError(f"the files to review weigh more than {MAX_TOTAL_BYTES // 1024**2} MiB together")
            found[blob] = content
    return found


def link_blobs(*trees: Tree) -> frozenset[str]:
    """Ids of the blobs that say where symbolic links lead."""
    return frozenset(blob for tree in trees for _, blob in sorted(tree.links.items())[:MAX_LINKS])


def read_links(git: Git, blobs: Iterable[str]) -> dict[str, bytes]:
    """Where links lead, by their ids as listings have them."""
    return {LINK + blob: content for blob, content in read_blobs(git, blobs).items()}


def absent(git: Git, objects: Collection[str]) -> list[str]:
    """Those of the object ids that the repository does not hold, sorted."""
    if not objects:
        return []
    request = "".join(f"{name}\n" for name in sorted(objects)).encode("ascii")
    answer = git.run("cat-file", "--batch-check", "--buffer", stdin=request).decode("ascii", "replace")
    return [line.removesuffix(" missing") for line in answer.splitlines() if line.endswith(" missing")]


def _blob_after(header: bytes, output: IO[bytes]) -> bytes | None:
    if header.endswith(b" missing\n"):
        return None
    try:
        _, kind, size = header.split()
        length = int(size)
    except ValueError:
        raise ContentsError(f"git cat-file answered {header[:80]!r}") from None
    if length <= MAX_BLOB_BYTES and kind == b"blob":
        content = output.read(length + 1)
        return content[:length]
    _skip(output, length + 1)
    return None


def _skip(output: IO[bytes], length: int) -> None:
    while length > 0:
        length -= len(output.read(min(length, 1024**2))) or length
