"""Says of a type, by the names of its arguments, which of them may carry access; the names are data."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.extract.runners import runs_with
from tools.provider_schemas.schema import Argument, Kind, Schema

UNLISTED = "unlisted"
"""The kind of an argument whose name no list knows."""


_POINTS = frozenset(("arn", "arns"))
"""What a data source may be asked by, and find by something else too."""

_THINGS = frozenset(("ids", "names"))
"""What a data source calls the things that it finds: access may be given on them."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """Words that say that an argument may carry access.

    `only` are the kinds of argument it counts for (all if empty), with `leaf` only in the argument's own name, with
    `ends` only where the name ends in one of these or in the word itself, with `of_type` in a type's name too.
    """

    kind: str
    words: frozenset[str]
    only: frozenset[Kind]
    leaf: bool
    ends: frozenset[str]
    of_type: bool

    def speaks_of(self, words: tuple[str, ...], kind: Kind, leaf: bool, within: tuple[str, ...] = ()) -> bool:
        """Whether one of a name's words is among these; `within` are those of the block around, of which `id` is."""
        if (self.only and kind not in self.only) or ((self.leaf or self.ends) and not leaf):
            return False
        if self.ends and len(words) == 1 and words[0] in self.ends:
            words = (*within, *words)
        found = self.words.intersection(words)
        return bool(found) and (not self.ends or words[-1] in self.ends | self.words)


@dataclass(frozen=True, slots=True)
class Names:
    """`bot/type_registry/data/argument_names.toml`."""

    carries: tuple[Carrying, ...]
    harmless: tuple[str, ...]
    inert: frozenset[str]
    blocks: frozenset[str]
    services: tuple[str, ...]
    documents: frozenset[str]

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a name without its harmless phrases."""
        return _words(name, self.harmless)

    def class_of(self, schema: Schema, carried: Collection[str]) -> str:
        """The letter of a type's class by the arguments that are left to carry access."""
        if not carried:
            return "i"
        if schema.mode == "data" or self._of_type(schema.name):
            return "u"
        shapes = {
            self._shape(path, leaf)
            for argument in schema.arguments
            if argument.name in carried
            for path, leaf in argument.leaves()
            if self._of_path(path, leaf)
        }
        if not schema.name.startswith("aws_"):
            return "d" if shapes == {"d"} else "u"
        return "u" if "" in shapes else max(shapes, key="rd".index)

    def _shape(self, path: tuple[str, ...], leaf: Argument) -> str:
        """`d` if an argument takes a policy document, `r` if extraction reads what it names; else nothing."""
        if path[-1] in self.documents and leaf.kind is not Kind.BOOL:
            return "d"
        return "r" if runs_with(path[-1], path[-2] if len(path) > 1 else "") else ""

    def carried_by(self, schema: Schema) -> Mapping[str, frozenset[str]]:
        """The arguments of a type that may carry access, or what a data type finds, with the kinds of it.

        A type whose name says that it does, and which takes nothing that could, has one without a name.
        """
        if schema.mode == "data":
            return self._found_by(schema)
        of_type = self._of_type(schema.name)
        found: dict[str, set[str]] = {}
        for argument in schema.arguments:
            for path, leaf in argument.leaves():
                tainted = of_type and leaf.kind is not Kind.NUMBER and not self._is_tag(path)
                kinds = of_type if tainted else self._of_path(path, leaf)
                if kinds:
                    found.setdefault(argument.name, set()).update(kinds)
        if of_type and not found:
            found[""] = set(of_type)
        return {name: frozenset(kinds) for name, kinds in found.items()}

    def _found_by(self, schema: Schema) -> Mapping[str, frozenset[str]]:
        asked = {name for one in schema.arguments for path, _ in one.leaves() for name in path} - _POINTS
        of_type = self._of_type(schema.name)
        found = {name: of_type or self._of_path((name,), Argument(name, Kind.STRING)) for name in schema.attributes}
        found |= {name: frozenset(("reference",)) for name in _THINGS.intersection(schema.attributes)}
        return {name: kinds for name, kinds in found.items() if kinds and (of_type or name not in asked)}

    def _of_type(self, name: str) -> frozenset[str]:
        _, _, rest = name.partition("_")
        if rest.startswith(self.services):
            return frozenset(("service",))
        words = self.words(rest)
        return frozenset(one.kind for one in self.carries if one.of_type and one.words.intersection(words))

    def _is_tag(self, path: tuple[str, ...]) -> bool:
        return path[0] in self.blocks or path[0] in ("tags_all", "region", "id")

    def _of_path(self, path: tuple[str, ...], leaf: Argument) -> frozenset[str]:
        if leaf.kind is Kind.NUMBER or self.blocks.intersection(path) or path in (("id",), ("region",), ("tags_all",)):
            return frozenset()
        found: set[str] = set()
        for depth, name in enumerate(path):
            words, last = self.words(name), depth == len(path) - 1
            within = self.words(path[depth - 1]) if depth else ()
            if not (last and name == "key"):
                found |= {one.kind for one in self.carries if one.speaks_of(words, leaf.kind, last, within)}
        if not found and leaf.kind is not Kind.BOOL and self._unlisted(path[-1]):
            found.add(UNLISTED)
        return frozenset(found)

    def _unlisted(self, name: str) -> bool:
        last = self.words(name)[-1]
        return last != "-" and last not in self.inert


@cache
def _words(name: str, harmless: tuple[str, ...]) -> tuple[str, ...]:
    around = f"_{name}_"
    for phrase in harmless:
        around = around.replace(f"_{phrase}_", "_-_")
    return tuple(word for word in around.split("_") if word)


def read_names(path: Path) -> Names:
    """The lists of a TOML file."""
    table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    phrases = [phrase for group in table["harmless"] for phrase in group["phrases"]]
    return Names(
        tuple(_carrying(group) for group in table["carries"]),
        tuple(sorted(phrases, key=len, reverse=True)),
        frozenset(word for group in table["inert"] for word in group["words"]),
        frozenset(name for group in table["blocks"] for name in group["names"]),
        tuple(f"{prefix}_" for group in table["services"] for prefix in group["prefixes"]),
        frozenset(table["documents"]["names"]),
    )


def _carrying(group: Mapping[str, Any]) -> Carrying:
    return Carrying(
        group["kind"],
        frozenset(group["words"]),
        frozenset(Kind[one.upper()] for one in group.get("only", ())),
        group.get("leaf", False),
        frozenset(group.get("ends", ())),
        group.get("of_type", not group.get("leaf") and not group.get("ends")),
    )
