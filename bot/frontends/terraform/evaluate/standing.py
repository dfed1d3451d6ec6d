"""What blocks of a root stand for, and what they are called by that: as on the other side, where there is one."""

from __future__ import annotations

import dataclasses
import itertools
import posixpath
import re
from collections.abc import Callable, Iterator

from bot.evaluated.address import block_of
from bot.evaluated.config import MadeBy
from bot.evaluated.derived import looked_up_by, symbols_in
from bot.evaluated.diagnostic import MAX_LINES, Span, Step, StepKind, Trail, join_trails
from bot.evaluated.mentions import inside
from bot.evaluated.partial import OpenObject
from bot.evaluated.thing import HERE, SAME, Asked, Thing, Unlike
from bot.evaluated.trails import joined
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Value
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.state_looked_up import REMOTE_STATE, root_looked_up
from bot.frontends.terraform.modules.module import SUFFIXES, Module
from bot.late_pattern import late_pattern

Named = tuple[str, Thing | None, Unlike]
"""What a block is called, what it stands for, and what tells that from the other side's thing of its address."""


def managed(run: Run, address: str, kind: str, maker: MadeBy) -> Named:
    """A managed resource: its address, in the account of who makes it."""
    thing = Thing(kind, None, run.homes.of(maker.names[0]))
    name, unlike = run.names.of(address, thing, lambda block: False)
    return name, thing, unlike


def looked_up(
    run: Run, module: Module, prefix: str, address: str, kind: str, written: OpenObject, maker: MadeBy
) -> Named:
    """A data source: what it asks for, and where; one that only computes is what it says."""
    asked = run.provider.asked(kind, written)
    if asked is None:
        return address, None, SAME
    if kind == REMOTE_STATE:
        run.keep_apart()  # it reads another root
    if kind in run.provider.reading:
        asked = (*asked, *_files(run, written))
    (name,) = maker.names
    alias = run.aliases.get(name)
    region = (alias.settings.region or "") if alias is not None and alias.name else ""
    root = root_looked_up(run.tree, run.root.directory, written, run.cache) if kind == REMOTE_STATE else None
    thing = Thing(kind, asked, run.provider.placed(run.homes.of(name), kind, written, region), root)
    name, unlike = run.names.of(address, thing, _declared_in(module, prefix))
    return name, thing, unlike


def as_there(run: Run, address: str, written: OpenObject) -> OpenObject | None:
    """What others see of a block that the other side leaves it to Terraform to name: no name, and no ARN of it.

    Nobody else can have the name there, so that it is the same thing to whoever it is given to. None for all others.
    """
    if run.names.target(address) not in run.names.generated:
        return None
    return OpenObject(tuple(one for one in written.entries if one[0] != "bucket"), address=address)


def _files(run: Run, written: OpenObject) -> Iterator[Asked]:
    """The files that arguments name as a whole or in a list of words."""
    words = (each.known for each in inside(written) if isinstance(each, StringValue))
    for word in dict.fromkeys(filter(None, words)):
        path = posixpath.normpath(posixpath.join(run.root.directory, word))
        blob = run.files.looked_for(path)
        if blob is not None:
            yield Asked(f"the text of {path}", blob, blob[:12], path)


def with_scripts(run: Run, runs: ObjectValue) -> ObjectValue:
    """The programs that a block runs, each with the files of the revision that it runs or reads its orders from."""

    def of(program: Value) -> Value:
        if not isinstance(program, ObjectValue):
            return program
        found = dict(_scripts(run, program))
        return dataclasses.replace(program, entries=tuple(sorted({**found, **dict(program.entries)}.items())))

    every = ((name, value) for name, value in runs.entries if isinstance(value, ListValue))
    lists = {name: dataclasses.replace(value, items=tuple(map(of, value.items))) for name, value in every}
    return dataclasses.replace(runs, entries=tuple({**dict(runs.entries), **lists}.items()))


def _scripts(run: Run, program: ObjectValue) -> Iterator[tuple[str, Value]]:
    """The files, by their paths: each as what tells its text from another one."""
    lines = tuple(_lines(program))
    named = dict.fromkeys(name for line in lines for name in _named(line))
    folders = (".", *(match[1] for line in lines for match in _FOLDER.finditer(line)), *_lines(_working_dir(program)))
    ways = itertools.product((run.root.directory,), folders, itertools.islice(named, MAX_NAMES))
    for path in dict.fromkeys(posixpath.normpath(posixpath.join(*way)) for way in ways):
        blob = None if path.endswith(SUFFIXES) else run.files.looked_for(path)
        if blob is not None:
            yield path, StringValue((Part(blob, (Step(Span(path, 1, 1, MAX_LINES, 1), "file"),)),))


def _named(line: str) -> Iterator[str]:
    """The names of files that a command runs, reads its orders from, or gives to a cluster."""
    yield from (match[1] for match in _RUN.finditer(line))
    for command in re.split("[;&|]", line):
        yield from (match[1] for match in _GIVEN.finditer(command) if _APPLIES.search(command))
        yield from ["Makefile"] if _MAKE.search(command) else []


def _working_dir(program: ObjectValue) -> ObjectValue:
    return ObjectValue(tuple(one for one in program.entries if one[0] == "working_dir"))


def _lines(value: Value) -> Iterator[str]:
    """The lines of all texts in a value, each with single blanks."""
    texts = ("".join(map(str, one.pieces)) for one in inside(value) if isinstance(one, StringValue))
    lines = (line for text in texts for line in text.replace("\\\n", " ").splitlines())
    yield from (_CWD.sub("", " ".join(line.split())) for line in lines)


MAX_NAMES = 100
"""So many names of a program are looked for among the files of a revision."""

_PATH = r"['\"]?((?:\.{0,2}/)*[\w.@+-]+(?:/[\w.@+-]+)*)"
_CWD = late_pattern(r"\$\{path\.cwd\}/")
_FOLDER = late_pattern(rf"\b(?:cd|pushd|make -C) {_PATH}")
_APPLIES = late_pattern(r"\bkubectl .*\b(?:apply|create|replace)\b")
_GIVEN = late_pattern(rf" (?:-f|--filename)[ =]{_PATH}")
_MAKE = late_pattern(r"(?:^|\bsudo )[\s(]*make(?= |$)")
_RUN = late_pattern(
    r"(?:^|[;&|(`<]|file\W//|(?<= )\.(?= )"
    r"|\b(?:(?:ba|da|k|z)?sh|exec|node|perl|pwsh|python[\d.]*|ruby|source|sudo|then|do|else)(?= ))"
    rf" ?(?:\w+=\S* |-[\w-]+ )*(?={_PATH})"
)
"""What begins a command, is given to what runs programs, or is read by one (`file://`)."""


def _declared_in(module: Module, prefix: str) -> Callable[[str], bool]:
    """Whether a block of an address without keys is one of this module; those of other modules it does not know."""
    blocks = {f"{block_of(prefix)}data.{kind}.{name}" for mode, kind, name in module.resources if mode == "data"}
    return blocks.__contains__


def via(run: Run, written: OpenObject, thing: Thing | None, maker: MadeBy) -> Trail:
    """The places that say what a data source looks up and in which account, innermost first."""
    if thing is None:
        return ()
    arguments = [written.get(one.name) for one in thing.asked or ()]
    texts = tuple(Step(Span(one.file, 1, 1, MAX_LINES, 1), one.name) for one in thing.asked or () if one.file)
    trail = join_trails(*(_places(each) for each in arguments if each is not None), texts)
    if thing.home == HERE:
        return trail
    by = tuple(Step(place, "provider", StepKind.MAKER) for place in maker.through)
    provider = run.homes.body(maker.names[0])
    known_by = () if provider is None else joined(_places(provider), looked_up_by(symbols_in(provider)))
    return join_trails(trail, by, known_by)


def _places(value: Value) -> Trail:
    trail: Trail = ()
    for each in inside(value):
        if isinstance(each, StringValue):
            for part in each.parts:
                trail = joined(trail, part.trail)
        trail = joined(trail, each.trail)
    return trail
