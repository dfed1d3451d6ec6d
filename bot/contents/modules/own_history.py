"""Modules that a repository calls by its own address, out of its own history: nobody is asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.contents.command import Git
from bot.contents.local_repository import LocalRepository
from bot.contents.modules.module_files import MAX_FILES, kept, wanted
from bot.contents.modules.port import ModuleCall, ModuleFiles, Modules, NotFetched
from bot.contents.modules.source import PUBLIC_REGISTRY, GitSource, RegistrySource, located, parse
from bot.contents.objects import read_blobs, read_tree
from bot.errors import ContentsError
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class OwnHistory:
    """The Modules of the repository in `directory`, called `address`; `others` are asked for those of others."""

    directory: Path
    address: str
    others: Modules | None = None

    def __call__(self, calls: Iterable[ModuleCall]) -> Mapping[ModuleCall, ModuleFiles | str]:
        """Each module as the tag or commit has it, or a sentence that says why it does not come."""
        every = tuple(calls)
        own = {call: source for call in every if (source := _source(call)) is not None and self._is_own(source)}
        left = [call for call in every if call not in own]
        found = dict.fromkeys(left, "") if self.others is None else dict(self.others(left) if left else {})
        return found | {call: self._at(source) for call, source in own.items()}

    def _is_own(self, source: GitSource | RegistrySource) -> bool:
        return _named(source) == self.address.lower()

    def _at(self, source: GitSource | RegistrySource) -> ModuleFiles | str:
        git = Git(self.directory)
        try:
            commit = next(filter(None, (_commit(git, name) for name in _refs(source))), "")
            if not commit:
                raise NotFetched("this clone has no such tag or commit of the repository itself: fetch its tags")
            return ModuleFiles(kept(self._files(git, commit, source.subdirectory)), source.subdirectory)
        except NotFetched as reason:
            return str(reason)
        except ContentsError as error:
            return f"this clone's history could not be read: {str(error)[:200]}"

    def _files(self, git: Git, commit: str, subdirectory: str) -> Iterator[tuple[str, bytes]]:
        """The files of the commit; of one that has too many those of the module alone."""
        files = {path: blob for path, blob in read_tree(git, commit).files.items() if wanted(path)}
        if len(files) > MAX_FILES and subdirectory:
            files = {path: blob for path, blob in files.items() if path.startswith(f"{subdirectory}/")}
        if len(files) > MAX_FILES:
            raise NotFetched(f"it has more than {MAX_FILES} files")
        blobs = frozenset(files.values())
        LocalRepository(self.directory, commit, commit).bring(git, blobs)
        contents = read_blobs(git, blobs)
        return ((path, contents[blob]) for path, blob in files.items() if blob in contents)


def own_history(directory: Path, texts: Iterable[bytes], others: Modules | None) -> Modules | None:
    """What the repository in a directory has of itself; `others` alone where no text calls it by its address."""
    address = own_address(directory)
    called = tuple(name.encode() for name in _names(address.lower()))
    calls_itself = bool(address) and any(name in text.lower() for text in texts for name in called)
    return OwnHistory(directory, address, others) if calls_itself else others


def _names(address: str) -> tuple[str, ...]:
    """What a source is called that may mean the repository: its path, or its name at a registry."""
    path = address.partition("/")[2]
    owner, _, name = path.rpartition("/")
    system, _, short = name.removeprefix("terraform-").partition("-")
    return (path, f"{owner}/{short}/{system}") if name.startswith("terraform-") else (path,)


def own_address(directory: Path) -> str:
    """The host and path of the `origin` that a clone names, without `.git`; "" if it names none."""
    try:
        written = Git(directory).run("config", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
        found = located(f"git::{written}")
    except (ContentsError, NotFetched):
        return ""
    return _address(found.url)


def _source(call: ModuleCall) -> GitSource | RegistrySource | None:
    try:
        return parse(call)
    except NotFetched:
        return None


def _named(source: GitSource | RegistrySource) -> str:
    """The repository that a source is of; the public registry's are called as it demands."""
    if isinstance(source, GitSource):
        return _address(source.url).lower()
    owner, name, system = source.path.split("/")
    return f"github.com/{owner}/terraform-{system}-{name}".lower() if source.host == PUBLIC_REGISTRY else ""


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}/{parts.path.strip('/').removesuffix('.git')}" if parts.netloc else ""


def _refs(source: GitSource | RegistrySource) -> tuple[str, ...]:
    if isinstance(source, GitSource):
        return (f"refs/tags/{source.ref}", *((source.ref,) if len(source.ref) in (40, 64) else ()))
    return f"refs/tags/v{source.version}", f"refs/tags/{source.version}"


def _commit(git: Git, name: str) -> str:
    """The commit that a name stands for; "" for none."""
    try:
        answer = git.run("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
    except ContentsError:
        return ""
    return answer.decode("ascii", "replace").strip()
