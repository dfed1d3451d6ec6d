"""Reads off a file's text, without parsing it, which modules it calls and which files it reads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import field
from fnmatch import translate

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_CALL = late_pattern(rb'"?\bsource"?\s*[=:]\s*"(\.{1,2}(?:/[^"$]*)?)"')
_READ = late_pattern(
    rb"\b(?:file|templatefile|fileset|filebase64|filebase64sha256|filesha256|filesha1|filemd5|filesha512|fileexists)"
    rb'\(\s*(?:"((?:[^"\\\n]|\\.)*)"(?:\s*,\s*"((?:[^"\\\n]|\\.)*)")?)?'
)
_DATA = late_pattern(rb'\bdata"?\W{1,20}local_(?:sensitive_)?file\b')
_FILENAME = late_pattern(rb'\bfilename"?\s*[^\s\w"]\s*(?:"((?:[^"\\\n]|\\.)*)")?')
"""The file that `data.local_file` reads."""

_PROGRAM = late_pattern(rb'\bprogram"?\s*[^\s\[]\s*\[([^\]]*)\]')
_RUNS = late_pattern(rb"\bprovisioner\b")
_NAMED = late_pattern(rb"(?:\.{0,2}/)*[\w.@+-]+(?:/[\w.@+-]+)*")
_ELSEWHERE = late_pattern(rb"\b(?:working_dir|cd|pushd|make -C)\b")
"""How a program comes to run in another folder."""

_FOLDER = late_pattern(
    rb"\b(?:cd|pushd|working_dir\"?\s*[^\s\w\"]|make -C)\s*['\"]?(?:\$\{path\.\w+\}/)?"
    rb"((?:\.{0,2}/)*[\w.@+-]+(?:/[\w.@+-]+)*)"
)
"""That folder; what is below is found by its name alone."""

_WORD = late_pattern(rb'"((?:[^"\\\n]|\\.)*)"')
_TEXTS = (".json", ".tftpl", ".tpl", ".txt", ".yaml", ".yml")
_INTERPOLATION = late_pattern(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_HERE = late_pattern(r"^\$\{\s*(?:abspath\(\s*)?path\.(module|root|cwd)\s*\)?\s*\}/?")


@dataclass(frozen=True, slots=True)
class Read:
    """A path or glob given to a filesystem function, or a word of a program that is run.

    None is a path that only evaluation can tell.
    Relative to the file's own directory if `own`, else to that of each root that reaches it.
    """

    pattern: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class FileScan:
    """What one file's text refers to: sources of local modules as written, what it reads, and what may be the names of
    files that provisioners run, `anywhere` below if they go into other folders. `guesses` are the texts it names
    where it reads what only evaluation can tell."""

    sources: tuple[str, ...]
    reads: tuple[Read, ...]
    runs: frozenset[str] = frozenset()
    anywhere: bool = False
    guesses: tuple[Read, ...] = ()


def scan(text: bytes) -> FileScan:
    """Scan a configuration file's text. It may find too much (comments), never too little."""
    sources = tuple(dict.fromkeys(match.decode("utf-8", "replace") for match in _CALL.findall(text)))
    reads = [_read(match) for match in _READ.finditer(text)]
    words = (word.decode("utf-8", "replace") for program in _PROGRAM.findall(text) for word in _WORD.findall(program))
    reads += [read for read in map(_named, words) if read.pattern is not None]
    reads += map(_read, _FILENAME.finditer(text)) if _DATA.search(text) else ()
    guesses = _guessed(text) if any(read.pattern is None for read in reads) else ()
    return FileScan(sources, tuple(dict.fromkeys(reads)), _run(text), _ELSEWHERE.search(text) is not None, guesses)


def _guessed(text: bytes) -> tuple[Read, ...]:
    """The texts beside the configuration that a file names, wherever it does."""
    words = (word.decode("utf-8", "replace") for word in _WORD.findall(text))
    return tuple(dict.fromkeys(_named(word) for word in words if word.endswith(_TEXTS) and _HERE.match(word)))


def _run(text: bytes) -> frozenset[str]:
    """What may be the names of files that provisioners run."""
    named = _NAMED.findall(text) if _RUNS.search(text) else []
    names = {*named, *([b"Makefile"] if b"make" in named else [])}
    folders = {match[1] for match in _FOLDER.finditer(text) if b".." in match[1]} if named else set[bytes]()
    ways = (*names, *(b"%b/%b" % way for way in itertools.product(folders, names)))
    return frozenset(name.decode("utf-8", "replace").lstrip("/") for name in ways)


def _read(match: re.Match[bytes]) -> Read:
    written = match.group(1)
    if written is None:
        return Read(None, True)
    text = written.decode("utf-8", "replace")
    if match.group(0).startswith(b"fileset") and match.group(2) is not None:
        text = f"{text}/{match.group(2).decode('utf-8', 'replace')}"
    return _named(text)


def _named(text: str) -> Read:
    here = _HERE.match(text)
    own = here is not None and here.group(1) == "module"
    rest = text[here.end() :] if here else text
    pattern = _INTERPOLATION.sub("*", rest)
    return Read(None if pattern.strip("*/") == "" else pattern, own)


@dataclass(slots=True)
class Scans:
    """Scans by blob, and per revision the directories' module calls and reads."""

    _by_blob: dict[str, FileScan] = field(default_factory=dict)

    def of(self, tree: SourceTree, path: str) -> FileScan | None:
        """The scan of the file at `path`; None if its contents are not here."""
        blob, content = tree.blob(path), tree.read(path)
        if blob is None or content is None:
            return None
        found = self._by_blob.get(blob)
        if found is None:
            self._by_blob[blob] = found = scan(content)
        return found


@dataclass(frozen=True, slots=True)
class Layout:
    """The directories with configuration files, whom each calls, who calls it, and what is read from where.

    `callers` also knows who calls into a submodule or a link that leads nowhere. `linked` are the directories
    behind links to directories: modules for who calls them, but no roots. `applied` are those that something else than
    Terraform applies by themselves, called or not. `runs` are the names of files that provisioners may run, by the last
    word of each: "" for a file that may be in any folder below. `guesses` may be read where `reads` cannot tell.
    """

    directories: frozenset[str]
    calls: dict[str, frozenset[str]]
    callers: dict[str, frozenset[str]]
    reads: dict[str, tuple[Read, ...]]
    linked: frozenset[str] = frozenset()
    applied: frozenset[str] = frozenset()
    runs: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    guesses: Mapping[str, frozenset[Read]] = field(default_factory=dict)

    def roots_above(self, directory: str) -> frozenset[str]:
        """The root modules that reach `directory`: those nobody calls, or all in a circle of calls; itself if alone."""
        seen = {directory}
        waiting = [directory]
        tops = set()
        while waiting:
            current = waiting.pop()
            above = self.callers.get(current, frozenset()) - {current}
            if not above or current in self.applied:
                tops.add(current)
            waiting.extend(above - seen)
            seen |= above
        return frozenset(tops or seen) - self.linked


def layout(trees: tuple[SourceTree, ...], scans: Scans) -> Layout:
    """The layout of several revisions taken together."""
    directories: set[str] = set()
    outside = _outside(trees)
    written: dict[str, set[str]] = {}
    reads: dict[str, dict[Read, None]] = {}
    runs: dict[str, dict[str, set[str]]] = {}
    guesses: dict[str, frozenset[Read]] = {}
    for tree in trees:
        for path in tree.listing:
            if not path.endswith(SUFFIXES):
                continue
            directory = path.rpartition("/")[0]
            directories.add(directory)
            found = scans.of(tree, path)
            if found is not None:
                written.setdefault(directory, set()).update(found.sources)
                reads.setdefault(directory, {}).update(dict.fromkeys(found.reads))
                guesses[directory] = guesses.get(directory, frozenset()).union(found.guesses)
                _add_runs(runs.setdefault(directory, {}), found)
    calls = {each: frozenset(_targets(each, sources, directories, outside)) for each, sources in written.items()}
    found_reads = {each: tuple(found) for each, found in reads.items()}
    found_runs = {each: {name: frozenset(ways) for name, ways in some.items()} for each, some in runs.items()}
    linked = _linked(trees, directories)
    return Layout(frozenset(directories), calls, _callers(calls), found_reads, linked, runs=found_runs, guesses=guesses)


def _add_runs(known: dict[str, set[str]], found: FileScan) -> None:
    for name in found.runs:
        known.setdefault(name.rpartition("/")[2], set()).update({name, ""} if found.anywhere else {name})


def _outside(trees: tuple[SourceTree, ...]) -> set[str]:
    return {path for tree in trees for path in tree.listing if tree.outside(path)}


def _callers(calls: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    callers: dict[str, set[str]] = {}
    for directory, targets in calls.items():
        for target in targets:
            callers.setdefault(target, set()).add(directory)
    return {target: frozenset(each) for target, each in callers.items()}


def _linked(trees: tuple[SourceTree, ...], directories: set[str]) -> frozenset[str]:
    links = tuple(f"{link}/" for tree in trees for link in tree.linked)
    return frozenset(each for each in directories if links and f"{each}/".startswith(links))


def _targets(directory: str, sources: set[str], directories: set[str], outside: set[str]) -> set[str]:
    targets = set()
    for source in sources:
        try:
            target = resolve(directory, source.split("//", 1)[0])
        except FunctionFault:
            continue
        if target in directories:
            targets.add(target)
        elif outside:
            above = (target[: found.start()] for found in re.finditer("/|$", target))
            targets.update(outside.intersection(above))
    return targets


def readers(path: str, where: Layout, *, by_name: bool = False) -> frozenset[str]:
    """Directories whose configuration reads or runs, or may, the file at `path`; `by_name`: no pattern is enough."""
    reading = (
        directory
        for directory, every in where.reads.items()
        if (reads := tuple(one for one in every if not by_name or _is_name(one.pattern)))
        and _reads(directory, path, reads, where)
    )
    name = path.rpartition("/")[2]
    running = (each for each, some in where.runs.items() if name in some and _runs(each, path, some[name], where))
    return frozenset((*reading, *running))


def _runs(directory: str, path: str, ways: frozenset[str], where: Layout) -> bool:
    bases = (directory, *where.roots_above(directory))
    return any(_matches(base, path, way or None) for base in bases for way in ways)


def _is_name(pattern: str | None) -> bool:
    return pattern is not None and "*" not in pattern


def _reads(directory: str, path: str, reads: tuple[Read, ...], where: Layout) -> bool:
    for read in reads:
        bases = (directory,) if read.own else (directory, *where.roots_above(directory))
        if any(_matches(base, path, read.pattern) for base in bases):
            return True
    return False


def _matches(base: str, path: str, pattern: str | None) -> bool:
    if pattern is None:
        return path.startswith(f"{base}/") if base else True
    try:
        whole = resolve(base, pattern)
    except FunctionFault:
        return False
    return whole == path or ("*" in whole and re.match(translate(whole), path) is not None)
