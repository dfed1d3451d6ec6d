"""Asks the table of every resource and data type of the AWS providers, which was made from their schemas on a date.

The table says what a schema tells by itself; what extraction reads of a type is told by the rows of
`bot/resource_types` and the data sources that are evaluated, so that both are kept in one place each.
"""

from __future__ import annotations

import tomllib
import zlib
from functools import cache
from pathlib import Path

import msgspec

from bot.data_sources import PROVIDER
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading, ResourceType
from bot.type_registry.type_facts import ProviderOrigin, TypeClass, TypeFacts

_DATA = Path(__file__).parent / "data"
_GZIP = 31
_EXISTENCE = frozenset({"count", "for_each", "provider"})
_AWS = ("aws_", "awscc_")
_UNKNOWN = "?"
_GROUPS = (
    "names",
    "ends",
    "program",
    "contents",
    "texts",
    "amounts",
    "sizes",
    "machines",
    "releases",
    "decides",
    "set_by",
    "settings",
    "idle",
    "new",
    "of_new",
    "own",
    "told",
    "compared",
    "strictest",
    "unset",
    "lax",
    "logins",
)
_LETTERS = {
    "i": TypeClass.IRRELEVANT,
    "d": TypeClass.DOCUMENT,
    "r": TypeClass.READ,
    "u": TypeClass.UNKNOWN,
}

_LIMITING = frozenset(
    {
        Reading.CONTROL_POLICY,
        Reading.CONTROL_POLICY_ATTACHMENT,
        Reading.PERMISSION_SET_BOUNDARY,
        Reading.PUBLIC_ACCESS_BLOCK,
    }
)
"""Readings of what can only limit access."""


class _Header(msgspec.Struct):
    providers: list[ProviderOrigin]


def known_type(name: str, mode: str = "managed") -> TypeFacts | None:
    """The facts of a type ("aws_iam_role"; `mode` managed or data); None if no provider had it on that date."""
    facts = _in_table(name, mode)
    if facts is None:
        return None
    if mode == "data":
        evaluated = name in PROVIDER.data_sources
        return _as(facts, TypeClass.READ) if evaluated else facts
    row = RESOURCE_TYPES.get(name)
    return _as(facts, _class_of(row)) if row is not None and reads_access(row) else facts


def reads_access(row: ResourceType) -> bool:
    """Whether a row tells extraction more than what a thing of the type is called."""
    return bool(row.policy or row.permissions or row.reading or row.runs or row.templates or row.is_template)


def is_inert(argument: str) -> bool:
    """Whether an argument of a module that cannot be read gives nobody access, by its name."""
    lists = _arguments()
    return argument in lists["names"] or argument.endswith(tuple(lists["ends"]))


def is_program(argument: str) -> bool:
    """Whether an argument says what a program does, or is told, that runs at AWS with a role of its own."""
    return argument in _arguments()["program"]


def holds_contents(name: str, argument: str) -> bool:
    """Whether an argument is what somebody keeps in a thing, whose own names say nothing of AWS."""
    return f"{name}.{argument}" in _arguments()["contents"]


def keeps_text(name: str, argument: str) -> bool:
    """Whether an argument is a text, of whatever form, that is kept for programs to read."""
    return f"{name}.{argument}" in _arguments()["texts"]


def is_size(name: str) -> bool:
    """Whether a name in such a text is of how large a machine or a disk is."""
    return name in _arguments()["sizes"]


def is_amount(word: str) -> bool:
    """Whether a word of a name in such a text makes it one of how many, how large or how long."""
    return word in _arguments()["amounts"]


def decides(name: str, path: tuple[str, ...]) -> bool:
    """Whether an argument, or what is at the end of a way into it, decides access though neither its name nor its
    value tells."""
    return not {f"{name}.{path[0]}", ".".join((name, *path))}.isdisjoint(_arguments()["decides"])


def decides_within(name: str, argument: str) -> bool:
    """Whether an argument, or something in it, decides access."""
    way = f"{name}.{argument}"
    return any(each == way or each.startswith(f"{way}.") for each in _arguments()["decides"])


def set_by(name: str) -> tuple[str, ...]:
    """The arguments by which a block of a type says which setting of an account is what, in this order; () for most."""
    ways = (way.split(".", 1) for way in _arguments()["set_by"])
    return next((tuple(arguments.split("=")) for kind, arguments in ways if kind == name), ())


def sets_nothing(setting: str, value: str) -> bool:
    """Whether a setting of an account, by its id or ARN, gives nobody access, whatever it is or with this value."""
    named = setting[max(setting.find("/ssm/"), 0) :]
    return bool({named, f"{named}={value}"} & _arguments()["settings"])


def is_compared(name: str, argument: str) -> bool:
    """Whether extraction reads all that matters of an argument, so that equal readings are equal access."""
    return f"{name}.{argument}" in _arguments()["compared"]


def is_strictest(name: str, argument: str, value: str) -> bool:
    """Whether a value is the strictest that an argument can have: nobody comes to anything by it."""
    strictest = _arguments()["strictest"]
    return f"{argument}={value}" in strictest or f"{name}.{argument}={value}" in strictest


def says_nothing(name: str, argument: str, value: str) -> bool:
    """Whether a block that leaves an argument out says the same as one with this value."""
    return f"{name}.{argument}={value}" in _arguments()["unset"]


def is_lax_without(name: str, argument: str) -> bool:
    """Whether a block that leaves an argument out has not its strictest value."""
    lax = _arguments()["lax"]
    return argument in lax or f"{name}.{argument}" in lax


def is_login(argument: str) -> bool:
    """Whether an argument is a name or secret that somebody signs in with to something that knows its users itself."""
    return argument in _arguments()["logins"]


def is_machine(name: str) -> bool:
    """Whether an argument says which image a machine starts from, or how large it is."""
    return name in _arguments()["machines"]


def is_release(name: str) -> bool:
    """Whether a name, as its last word, is of which release of a program there is, in a module."""
    return name.rpartition("_")[2] in _arguments()["releases"]


def is_idle(name: str) -> bool:
    """Whether a new block of a type gives nobody access until another block names it."""
    return name in _arguments()["idle"]


def is_harmless_when_new(name: str, argument: str) -> bool:
    """Whether an argument of a new block gives nobody access to what there was."""
    return f"{name}.{argument}" in _arguments()["new"]


def names_its_whole(name: str, argument: str) -> bool:
    """Whether an argument of a new block gives nobody access if the thing that it names is new as well."""
    return f"{name}.{argument}" in _arguments()["of_new"]


def stays_in_account(name: str, argument: str) -> bool:
    """Whether an argument gives nobody access where it names a thing of the block's own account."""
    return f"{name}.{argument}" in _arguments()["own"]


def told_to(name: str, argument: str) -> str | None:
    """Which argument of a block says whom another one has told what, where that is all that it says."""
    told = (
        entry.removeprefix(f"{name}.{argument}=")
        for entry in _arguments()["told"]
        if entry.startswith(f"{name}.{argument}=")
    )
    return next(told, None)


def is_judged_inside(name: str, path: tuple[str, ...]) -> bool:
    """Whether somebody judged what is at the end of a path in a block of a type to carry nothing."""
    return any(
        len(way) == len(path) and all(step in ("*", said) for step, said in zip(way, path, strict=True))
        for way in _judged_inside().get(name, ())
    )


def carries_access(kind: str, argument: str) -> bool:
    """Whether an argument of a type, of a "module" or of a "provider", or whether such a thing is there, may matter."""
    if kind == "module":
        return not is_inert(argument)
    if kind == "provider":
        return True
    if not kind.startswith(_AWS):
        return False
    facts = known_type(kind)
    if facts is None:
        return True
    if facts.type_class is TypeClass.IRRELEVANT:
        return False
    return not facts.carries or argument in _EXISTENCE or argument in facts.carries


@cache
def of_other_providers() -> frozenset[str]:
    """The types of providers that are not AWS's which may have a row: no schema here tells of them."""
    text = (_DATA / "other_providers.toml").read_text("utf-8")
    return frozenset(name for provider in tomllib.loads(text).values() for name in provider["types"])


@cache
def origins() -> tuple[ProviderOrigin, ...]:
    """The providers whose types are in the table."""
    return tuple(msgspec.json.decode(_table().partition("\n")[0], type=_Header).providers)


def every_type() -> tuple[TypeFacts, ...]:
    """All types in order; reads the whole table."""
    rows = (line.split("\t", 2) for line in _table().split("\n")[1:])
    modes = {"m": "managed", "d": "data"}
    found = (known_type(name, modes[kind[0]]) for name, kind, _ in rows)
    return tuple(facts for facts in found if facts is not None)


@cache
def _in_table(name: str, mode: str) -> TypeFacts | None:
    table = _table()
    start = table.find(f"\n{name}\t{mode[0]}")
    if start < 0:
        return None
    end = table.find("\n", start + 1)
    _, kind, carries, replaces = table[start + 1 : None if end < 0 else end].split("\t")
    return TypeFacts(
        name, mode, _LETTERS[kind[1]], _listed(carries), None if replaces == _UNKNOWN else _listed(replaces)
    )


def _listed(joined: str) -> frozenset[str]:
    return frozenset(filter(None, joined.split(",")))


def _as(facts: TypeFacts, type_class: TypeClass) -> TypeFacts:
    return TypeFacts(facts.name, facts.mode, type_class, facts.carries, facts.replaces)


def _class_of(row: ResourceType) -> TypeClass:
    limits = row.reading in _LIMITING or (row.policy is not None and row.policy.limits)
    return TypeClass.LIMITS if limits else TypeClass.READ


@cache
def _table() -> str:
    """The table's text: half a megabyte, unpacked in a millisecond or two and searched without being cut up."""
    packed = (_DATA / "types.txt.gz").read_bytes()
    return zlib.decompress(packed, _GZIP).decode("ascii")


@cache
def _judged_inside() -> dict[str, frozenset[tuple[str, ...]]]:
    """The ways into blocks that rows of `judged.toml` are of, by type; a step "*" is any name."""
    rows = tomllib.loads((_DATA / "judged.toml").read_text("utf-8"))["judged"]
    found: dict[str, frozenset[tuple[str, ...]]] = {}
    for row in (row for row in rows if "inside" in row):
        ways = frozenset(tuple(way.split(".")) for way in row["inside"])
        found |= {name: found.get(name, frozenset()) | ways for name in row["types"]}
    return found


@cache
def _arguments() -> dict[str, frozenset[str]]:
    text = (_DATA / "arguments.toml").read_text("utf-8")
    table = tomllib.loads(text)
    return {key: frozenset(name for group in table[key] for name in group["names"]) for key in _GROUPS}
