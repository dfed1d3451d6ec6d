"""Reads YAML that an argument holds as a text; numbers and words such as `yes` stay texts, as names of objects are.

What has a tag of its own (`!Sub text`, as CloudFormation's functions are written) is an object with that one key.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from bot.evaluated.character_places import PLACEHOLDER, CharacterPlaces, marked_parts, places, with_placeholders
from bot.evaluated.diagnostic import Span, Step, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import joined
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Value
from bot.extract.argument_reading import origin
from bot.late_pattern import late_pattern

if TYPE_CHECKING:
    import yaml

MAX_TEXT = 100_000
"""A longer text is not read, as YAML is read slowly."""

MAX_NODES = 20_000
"""So many values are made of one text; aliases may stand for more."""


def read_yaml(value: Value | None) -> Value | None:
    """What a text in YAML says, its strings with their lines and symbols; None for what is none."""
    if not isinstance(value, StringValue):
        return None
    if value.encoded is not None:
        return value.encoded
    flat, symbols = with_placeholders(value)
    if len(flat) > MAX_TEXT or _marks(flat) != len(symbols):
        return None
    import yaml  # here, as most reviews read none

    try:
        node = _composed(flat)
        return None if node is None else _Reader(value, symbols, places(value)).value(node)
    except (yaml.YAMLError, _TooMuch, UnicodeError, RecursionError):  # UTF-8 has no halves of surrogates
        return None


def _marks(flat: str) -> int:
    """How many characters may stand for symbols."""
    return len(_MARK.findall(flat))


@functools.lru_cache(maxsize=16)
def _composed(flat: str) -> yaml.Node | None:
    """The text's nodes: a root is evaluated on both sides, and for what its defaults keep out, with the same texts."""
    import yaml  # here, as most reviews read none

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml's where there is one takes a tenth of the time
    node: yaml.Node | None = yaml.compose(flat, Loader=loader)
    return node


_MARK = late_pattern(f"[{chr(PLACEHOLDER)}-{chr(sys.maxunicode)}]")


class _TooMuch(Exception):
    """Aliases stand for more values than are made."""


class _Reader:
    """Turns nodes into values, counting them."""

    def __init__(self, read: StringValue, symbols: list[Symbol], where: CharacterPlaces) -> None:
        self.trail = origin(read)
        self.symbols = symbols
        self.where = where
        self.left = MAX_NODES

    def value(self, node: yaml.Node) -> Value:
        """Raises _TooMuch."""
        self.left -= 1
        if self.left < 0:
            raise _TooMuch
        said = self._said(node)
        return ObjectValue(((node.tag, said),)) if node.tag.startswith("!") and len(node.tag) > 1 else said

    def _said(self, node: yaml.Node) -> Value:
        import yaml

        match node:
            case yaml.SequenceNode():
                return ListValue(tuple(map(self.value, node.value)))
            case yaml.MappingNode():
                return ObjectValue(tuple((str(key.value), self.value(item)) for key, item in node.value))
        parts = marked_parts(str(node.value), self.symbols, self.where.at(node.start_mark.index), self.where)
        return StringValue(tuple(Part(one.content, self._written(one.trail), one.verbatim) for one in parts))

    def _written(self, trail: Trail) -> Trail:
        """The trail of a place in the text, which ends on the line that it begins on."""
        if trail:
            step, span = trail[0], trail[0].span
            begun = Span(span.file, span.line, span.column, span.line, span.column)
            trail = (Step(begun, step.what, step.kind), *trail[1:])
        return joined(trail, self.trail)
