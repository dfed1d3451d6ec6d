"""Writes a value as the JSON text that Terraform's jsonencode gives, holes as symbols."""

from __future__ import annotations

import json

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.number_text import format_number
from bot.evaluated.symbol_names import shown
from bot.evaluated.trails import parts, with_trail
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)
from bot.frontends.terraform.functions.budget import MAX_TEXT

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_TABLE = str.maketrans(_ESCAPES)


def json_string(value: Value, indent: int = 0) -> StringValue:
    """The text as a string that also holds the structure it was written from.

    `indent` above 0 puts every element on its own line. Objects are written in the order of their entries.
    """
    writer = _Writer(indent)
    writer.write(value)
    writer.flush()
    return StringValue(tuple(writer.parts), (), value)


def quoted(content: str) -> str:
    """A string as a JSON string, with quotes."""
    return json.dumps(content, ensure_ascii=False).translate(_TABLE)


class _Writer:
    """Gathers punctuation between parts that come from somewhere."""

    def __init__(self, indent: int) -> None:
        self.parts: list[Part] = []
        self.pending: list[str] = []
        self.size = 0
        self.indent = indent
        self.depth = 0

    def put(self, content: str) -> None:
        self.size += len(content)
        if self.size > MAX_TEXT:
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the encoded text is too long")
        self.pending.append(content)

    def flush(self) -> None:
        if self.pending:
            self.parts.append(Part("".join(self.pending)))
            self.pending.clear()

    def place(self, part: Part) -> None:
        self.flush()
        self.size += len(part.content) if isinstance(part.content, str) else 1
        self.parts.append(part)

    def write(self, value: Value) -> None:
        match value:
            case NullValue():
                self.put("null")
            case BoolValue():
                self.put("true" if value.value else "false")
            case NumberValue():
                self.put(format_number(value.value))
            case StringValue():
                self.string(value)
            case ListValue():
                self.sequence(value)
            case ObjectValue():
                self.object(value)
            case Unknown():
                self.place(Part(value.symbol, value.trail))
            case Choice():
                symbol = derived(
                    f"jsonencode({shown(value)})", "it depends on a condition", value, relation="jsonencode"
                )
                self.place(Part(symbol, value.trail))

    def string(self, value: StringValue) -> None:
        self.put('"')
        for part in parts(value):
            if isinstance(part.content, Symbol):
                self.place(part)
            elif part.trail:
                self.place(Part(quoted(part.content)[1:-1], part.trail))
            else:
                self.put(quoted(part.content)[1:-1])
        self.put('"')

    def line(self) -> None:
        if self.indent:
            self.put("\n" + " " * (self.indent * self.depth))

    def sequence(self, value: ListValue) -> None:
        self.put("[")
        self.depth += 1
        for index, item in enumerate(value.items):
            self.put("," if index else "")
            self.line()
            self.write(with_trail(item, value.trail))
        self.depth -= 1
        if value.items:
            self.line()
        self.put("]")

    def object(self, value: ObjectValue) -> None:
        self.put("{")
        self.depth += 1
        for index, (name, item) in enumerate(value.entries):
            self.put("," if index else "")
            self.line()
            self.put(f"{quoted(name)}:{' ' if self.indent else ''}")
            self.write(with_trail(item, value.trail))
        self.depth -= 1
        if value.entries:
            self.line()
        self.put("}")
