"""Modules that `terraform init` has put into a checkout: taken where the call allows its version."""

from __future__ import annotations

import json
import operator
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bot.contents.modules.module_files import MAX_FILE_BYTES, kept, wanted
from bot.contents.modules.port import ModuleCall, ModuleFiles, Modules, NotFetched
from bot.contents.modules.source import GitSource, located, registry_address, split
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

MANIFEST = Path(".terraform", "modules", "modules.json")
CACHE = ".terragrunt-cache"
MAX_DEPTH = 8
"""So deep in that the copy of a module is looked for."""
MAX_MANIFEST_BYTES = 5 * 1024**2


@dataclass(frozen=True, slots=True)
class _Installed:
    """One entry of a manifest: what was asked for, the version that was taken, and the package's directory."""

    address: str
    version: str
    package: Path


@dataclass(frozen=True, slots=True)
class InstalledModules:
    """The Modules of initialised root modules; what they do not have is asked of `others`."""

    entries: tuple[_Installed, ...]
    others: Modules | None = None

    def __call__(self, calls: Iterable[ModuleCall]) -> Mapping[ModuleCall, ModuleFiles | str]:
        """Each module from the checkout, or from the others, or a sentence that says why it does not come."""
        found: dict[ModuleCall, ModuleFiles | str] = {}
        left: list[ModuleCall] = []
        for call in calls:
            try:
                found[call] = self._module(call)
            except NotFetched as reason:
                found[call] = str(reason)
                left.append(call)
        if self.others is not None and left:
            found.update(self.others(left))
        return found

    def _module(self, call: ModuleCall) -> ModuleFiles:
        address, subdirectory = _address(call.source)
        for entry in self.entries:
            if entry.address == address and (not call.version or satisfies(entry.version, call.version)):
                return ModuleFiles(kept(_files(entry.package)), subdirectory)
        raise NotFetched("`terraform init` has not put it into this checkout")


def installed(roots: Iterable[Path], others: Modules | None = None) -> Modules | None:
    """What is installed in the root modules' directories; `others` alone if nothing is."""
    entries = tuple(entry for root in roots for entry in _entries(root))
    return InstalledModules(entries, others) if entries else others


def copies_of_unit(folder: Path) -> Iterator[Path]:
    """Where `terragrunt init` installs a unit's modules: in its copy of the module, which lies below the unit."""
    cache = folder / CACHE
    for parent, directories, _ in os.walk(cache):
        here = Path(parent)
        if (here / MANIFEST).exists():
            yield here
        deep = len(here.relative_to(cache).parts) >= MAX_DEPTH
        directories[:] = [] if deep else sorted(name for name in directories if not name.startswith("."))


def _entries(root: Path) -> Iterator[_Installed]:
    manifest = root / MANIFEST
    try:
        if not manifest.is_file() or manifest.stat().st_size > MAX_MANIFEST_BYTES:
            return
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return
    modules = content.get("Modules") if isinstance(content, dict) else None
    for one in modules if isinstance(modules, list) else ():
        entry = _entry(root, one) if isinstance(one, dict) else None
        if entry is not None:
            yield entry


def _entry(root: Path, one: Mapping[str, object]) -> _Installed | None:
    source, directory, version, key = (one.get(name, "") for name in ("Source", "Dir", "Version", "Key"))
    if not isinstance(source, str) or not isinstance(directory, str) or source.startswith(".") or not key:
        return None
    steps = Path(directory).parts
    if not _is_of_a_package(steps):
        return None
    try:
        address, _ = _address(source)
    except NotFetched:
        return None
    return _Installed(address, version if isinstance(version, str) else "", root.joinpath(*steps[:3]))


def _is_of_a_package(steps: tuple[str, ...]) -> bool:
    """The package is the directory of the call; what follows is the module's place in it."""
    return steps[:2] == MANIFEST.parts[:2] and len(steps) >= 3 and ".." not in steps


def _address(source: str) -> tuple[str, str]:
    """A package's address in one spelling, and the directory in it. Raises NotFetched."""
    address, subdirectory = split(source)
    registry = registry_address(address)
    if registry is not None:
        return registry, subdirectory
    found = located(source)
    if isinstance(found, GitSource):
        return f"{found.url.removesuffix('.git')} {found.ref}", subdirectory
    return found.url, subdirectory


def _files(package: Path) -> Iterator[tuple[str, bytes]]:
    for parent, directories, names in os.walk(package):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            inside = path.relative_to(package).as_posix()
            about = path.lstat()
            if stat.S_ISREG(about.st_mode) and about.st_size <= MAX_FILE_BYTES and wanted(inside):
                yield inside, path.read_bytes()


_PART = late_pattern(r"\A(=|!=|>=|<=|>|<|~>)?\s*v?(\d{1,9}(?:\.\d{1,9}){0,2})(-[0-9A-Za-z.-]+)?\Z")
_VERSION = late_pattern(r"\Av?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?(?:\+.*)?\Z")
_COMPARED: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def satisfies(version: str, constraint: str) -> bool:
    """Whether a version is one that a constraint allows; a constraint that cannot be read allows none."""
    match = _VERSION.match(version.strip())
    if match is None:
        return False
    parts = [part.strip() for part in constraint.split(",") if part.strip()]
    return all(_holds(match, part) for part in parts)


def _holds(version: re.Match[str], part: str) -> bool:
    wanted = _PART.match(part)
    if wanted is None:
        return False
    sign = wanted[1] or ""
    if version[4] or wanted[3]:  # a release candidate is taken only where it is asked for by name
        return sign in ("", "=") and (version[4], _numbers(version)) == (wanted[3], _padded(wanted[2]))
    if sign == "~>":
        steps = [int(step) for step in wanted[2].split(".")]
        return _numbers(version) >= _padded(wanted[2]) and list(_numbers(version)[: len(steps) - 1]) == steps[:-1]
    return _COMPARED[sign](_numbers(version), _padded(wanted[2]))


def _numbers(version: re.Match[str]) -> tuple[int, ...]:
    return int(version[1]), int(version[2]), int(version[3])


def _padded(text: str) -> tuple[int, ...]:
    steps = [int(step) for step in text.split(".")]
    return tuple(steps + [0] * (3 - len(steps)))
