"""Fetches the modules that a review asks for, from where it is allowed, within a bound of number, size and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from bot.contents.modules.allowed import Allowed
from bot.contents.modules.git_source import GitPackages
from bot.contents.modules.https import Web
from bot.contents.modules.port import ModuleCall, ModuleFiles, NotFetched
from bot.contents.modules.registry import download
from bot.contents.modules.source import ArchiveSource, GitSource, RegistrySource, parse
from bot.contents.modules.store import PackageStore
from bot.frozen import dataclass

MAX_CALLS = 60
"""So many modules are fetched for one round of a review."""

MAX_ARCHIVE_BYTES = 20 * 1024**2


@dataclass(frozen=True, slots=True)
class ModuleFetcher:
    """The Modules of allowed registries and git hosts; see `bot.contents.modules.port`.

    `unpack` gives the files of an archive that nobody vouches for, or raises NotFetched.
    """

    allowed: Allowed
    web: Web
    packages: GitPackages
    store: PackageStore
    unpack: Callable[[bytes], Mapping[str, bytes]]
    seconds: float = 90.0

    def __call__(self, calls: Iterable[ModuleCall]) -> Mapping[ModuleCall, ModuleFiles | str]:
        """Each module, or a sentence that says why it does not come."""
        deadline = time.monotonic() + self.seconds
        found: dict[ModuleCall, ModuleFiles | str] = {}
        for number, call in enumerate(sorted(set(calls), key=lambda call: (call.source, call.version))):
            try:
                if number >= MAX_CALLS or time.monotonic() > deadline:
                    raise NotFetched("too many modules were asked for at once")
                found[call] = self._module(call)
            except NotFetched as reason:
                found[call] = str(reason)
        return found

    def _module(self, call: ModuleCall) -> ModuleFiles:
        source = parse(call)
        self._check(source)
        key = repr((type(source).__name__, source))
        files = self.store.get(key)
        if files is None:
            files, inner = self._package(source)
            files = {path.removeprefix(inner): content for path, content in files.items() if path.startswith(inner)}
            self.store.put(key, files)
        subdirectory = source.subdirectory
        prefix = f"{subdirectory}/" if subdirectory else ""
        if not any(path.startswith(prefix) for path in files):
            raise NotFetched(f"it has no directory {subdirectory[:100]}")
        return ModuleFiles(files, subdirectory)

    def _check(self, source: RegistrySource | GitSource) -> None:
        if isinstance(source, RegistrySource):
            self.allowed.check_module(source.host, source.path)
        else:
            self.allowed.check_url(source.url)

    def _package(self, source: RegistrySource | GitSource) -> tuple[Mapping[str, bytes], str]:
        """A package's files and the directory of it that counts as its top, "" or with a slash at the end."""
        where = download(source, self.web, self.allowed) if isinstance(source, RegistrySource) else source
        self.allowed.check_url(where.url)
        if isinstance(where, GitSource):
            if not where.ref:
                raise NotFetched("the registry names no version of its repository")
            files = self.packages.fetch(where)
        else:
            files = self._archive(where)
        # A registry's download address has a directory of its own: the package is what is below.
        inner = where.subdirectory if isinstance(source, RegistrySource) else ""
        return files, f"{_matching(inner, files)}/" if inner else ""

    def _archive(self, where: ArchiveSource) -> Mapping[str, bytes]:
        answer = self.web.get(where.url, MAX_ARCHIVE_BYTES)
        if answer.status != 200:
            raise NotFetched(f"its archive is not there ({answer.status})")
        return self.unpack(answer.body)


def _matching(directory: str, files: Mapping[str, bytes]) -> str:
    """The directory that `*` in an address stands for: an archive's one top directory."""
    if "*" not in directory:
        return directory
    steps = directory.split("/")
    for path in files:
        there = path.split("/")
        if len(there) > len(steps) and all(step in ("*", name) for step, name in zip(steps, there, strict=False)):
            return "/".join(there[: len(steps)])
    raise NotFetched(f"its archive has no directory {directory[:100]}")
