"""Which files hold values for a root module's variables, and for which of its variants, told by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.evaluated.call import FunctionFault, resolve

VAR_FILE_SUFFIXES = (".tfvars", ".tfvars.json")
_AUTO_SUFFIXES = (".auto.tfvars", ".auto.tfvars.json")
_DEFAULT_NAMES = ("terraform.tfvars", "terraform.tfvars.json")

SHARED = frozenset({"all", "base", "common", "default", "defaults", "global", "shared"})
"""A file so called holds values for every variant beside or below it."""

_VALUES = frozenset({"inputs", "terraform", "values", "variables", "vars"})
"""A file so called says only that it holds values: its folder names it, and beside others it is a shared one."""

_ANY = _VALUES | {"main"}
"""A file so called is called like every other one."""


def is_loaded_unasked(path: str) -> bool:
    """Whether Terraform loads values from a file of that name if it is in the root module's directory."""
    return path.rpartition("/")[2] in _DEFAULT_NAMES or path.endswith(_AUTO_SUFFIXES)


def loaded_by_default(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Which of a directory's files Terraform loads values from unasked, in its order."""
    names = {path: path.rsplit("/", 1)[-1] for path in paths}
    first = [path for name in _DEFAULT_NAMES for path in paths if names[path] == name]
    return (*first, *sorted(path for path in paths if names[path].endswith(_AUTO_SUFFIXES)))


def written_paths(directory: str, written: str) -> tuple[str, ...]:
    """Where a configured var file may be: from the root module's directory, or from the top of the repository."""
    try:
        return resolve(directory, written), written
    except FunctionFault:
        return (written,)


def named(directory: str, paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The variants of the root in `directory` that has these var files, by name, with their files as loaded.

    Files of one folder beside folders with files of the same names are one variant; otherwise each file is one.
    """
    every = tuple(dict.fromkeys(paths))
    own = tuple(path for path in every if not _is_shared(path, every)) or every
    shared = tuple(path for path in every if path not in own)
    groups: dict[str, list[str]] = {}
    by_folder = _by_folder(directory, own)
    for path in own:
        groups.setdefault(_folder(path) if by_folder else path, []).append(path)
    names = _names(groups, by_folder)
    return {names[key]: (*_loaded_first(shared, files), *files) for key, files in groups.items()}


def stem(path: str) -> str:
    """A var file's name without its endings."""
    return path.rpartition("/")[2].split(".", 1)[0]


def names_workspace(name: str) -> bool:
    """Whether a variant's name may be its workspace's: not one that says only that there are values."""
    return name.rpartition("/")[2] not in (_ANY | SHARED) - {"default"}


def _is_shared(path: str, every: Iterable[str]) -> bool:
    beside = (f"{_folder(one)}/" for one in every if stem(one) not in SHARED | _VALUES)
    return stem(path) in SHARED or (stem(path) in _VALUES and _is_above(path, beside))


def _by_folder(directory: str, own: tuple[str, ...]) -> bool:
    """Whether folders tell variants apart, and not the files' own names."""
    folders = {_folder(path) for path in own}
    plain = {*_ANY, directory.rpartition("/")[2]}
    stems = [stem(path) for path in own]
    return len(folders) > 1 and (len(set(stems)) < len(stems) or set(stems) <= plain)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _names(groups: Mapping[str, list[str]], by_folder: bool) -> dict[str, str]:
    """The shortest ends of folders, or of files, that tell all groups apart."""
    whole = {key: (key if by_folder else f"{_folder(key)}/{stem(key)}").strip("/").split("/") for key in groups}
    depth = 1
    while True:
        names = {key: "/".join(parts[-depth:]) for key, parts in whole.items()}
        if len(set(names.values())) == len(names) or depth > max(map(len, whole.values())):
            break
        depth += 1
    if len(set(names.values())) < len(names):  # one name with two endings: prod.tfvars and prod.tfvars.json
        return {key: key for key in groups}
    return names


def _loaded_first(shared: Iterable[str], files: Iterable[str]) -> tuple[str, ...]:
    """The shared files that are beside these, or above."""
    folders = [f"{_folder(path)}/" for path in files]
    return tuple(one for one in shared if _is_above(one, folders))


def _is_above(path: str, folders: Iterable[str]) -> bool:
    """Whether it is in one of these folders, or above one."""
    above = _folder(path)
    return any(not above or folder.startswith(f"{above}/") for folder in folders)
