"""Reads and writes YAML as Terraform's yamldecode and yamlencode do."""

from __future__ import annotations

import yaml

from bot.evaluated.call import Call, FunctionFault
from bot.evaluated.character_places import PLACEHOLDER, CharacterPlaces, marked_parts, places, with_placeholders
from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.number_text import format_number
from bot.evaluated.trails import is_known, trail_of
from bot.evaluated.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)
from bot.frontends.terraform.evaluate.convert import parse_number
from bot.frontends.terraform.functions.arguments import invalid, unknown_result
from bot.frontends.terraform.functions.budget import MAX_ITEMS
from bot.frontends.terraform.functions.json_writer import quoted
from bot.late_pattern import late_pattern

MAX_DEPTH = 100
FAST = hasattr(yaml, "CBaseLoader")
"""Whether libyaml reads, which takes a thousandth of the time and follows so many levels at most as are safe."""

MAX_YAML, MAX_BRACKETS = (4_000_000, 200_000) if FAST else (300_000, 3_000)
"""Without libyaml YAML is read slowly, and brackets within brackets ever more slowly."""

MAX_LINE = 80
"""Longer strings are folded over lines by Terraform; their text is left open here."""

_TAG = "tag:yaml.org,2002:"
_PLAIN = f"{_TAG}plain"
_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_NULL = frozenset(["", "~", "null", "Null", "NULL"])
_RADIX = late_pattern(r"([-+]?)0([xo])([0-9a-fA-F_]+)")
_DECIMAL = late_pattern(r"[-+]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)([eE][-+]?\d+)?")
_DATE = late_pattern(r"\d{4}-\d{2}-\d{2}")
_TIMESTAMP = late_pattern(r"\d{4}-\d{1,2}-\d{1,2}([Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}.*")


def decode_yaml(subject: StringValue, call: Call) -> Value:
    """The value one YAML document says. Raises FunctionFault."""
    text, symbols = with_placeholders(subject)
    if len(text) > MAX_YAML or text.count("[") + text.count("{") > MAX_BRACKETS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the YAML text is too long, or has too many brackets")
    try:
        documents = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        if getattr(error, "problem", "") == _TOO_DEEP:
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the YAML text is nested too deeply") from None
        raise invalid(call, f"does not take this text: {' '.join(str(error).split())[:200]}") from None
    except RecursionError:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the YAML text is nested too deeply") from None
    if len(documents) != 1 or documents[0] is None:
        raise invalid(call, "takes exactly one document")
    return _Decoder(call, symbols, places(subject), text).value(documents[0], 0)


_TOO_DEEP = "exceeded maximum nesting depth"
_Base: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """Composes nodes, and marks unquoted scalars without a tag."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: tuple[bool, bool] | bool) -> str:
        """The tag of a node that has none written."""
        if kind is yaml.ScalarNode and isinstance(implicit, tuple) and implicit[0]:
            return _PLAIN
        tag: str = super().resolve(kind, value, implicit)
        return tag


class _Decoder:
    """Turns nodes into values, counting them: an alias stands for its whole node."""

    def __init__(self, call: Call, symbols: list[Symbol], where: CharacterPlaces, text: str) -> None:
        self.call = call
        self.symbols = symbols
        self.where = where
        self.text = text
        self.count = 0

    def value(self, node: yaml.Node, depth: int) -> Value:
        self.count += 1
        if self.count > MAX_ITEMS or depth > MAX_DEPTH:
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, "the YAML text says too much")
        match node:
            case yaml.SequenceNode():
                items = tuple(self.value(item, depth + 1) for item in node.value)
                return ListValue(items, () if items else self.written(node))
            case yaml.MappingNode():
                return self.mapping(node, depth)
            case yaml.ScalarNode():
                return self.scalar(node, self.written(node))
        raise TypeError(f"not a YAML node: {type(node).__name__}")

    def mapping(self, node: yaml.MappingNode, depth: int) -> Value:
        entries: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise invalid(self.call, "takes only strings as keys of mappings")
            if key.value == "<<" and key.tag == _PLAIN:
                inner = self.value(item, depth + 1)
                for each in inner.items if isinstance(inner, ListValue) else (inner,):
                    merged |= {} if not isinstance(each, ObjectValue) else dict(each.entries)
                continue
            entries[self.key(key)] = self.value(item, depth + 1)
        ordered = sorted((merged | entries).items(), key=lambda entry: entry[0].encode("utf-8", "surrogatepass"))
        return ObjectValue(tuple(ordered), () if ordered else self.written(node))

    def written(self, node: yaml.Node) -> Trail:
        """Where a node stands: its own lines, and not all of the text from there on."""
        start, end = node.start_mark.index, node.end_mark.index
        return self.where.over(start, start + len(self.text[start:end].rstrip()))

    def key(self, node: yaml.ScalarNode) -> str:
        content = self.scalar(node, ())
        if isinstance(content, BoolValue):
            return "true" if content.value else "false"
        return "".join(str(part.content) for part in marked_parts(node.value, self.symbols, (), self.where))

    def scalar(self, node: yaml.ScalarNode, trail: Trail) -> Value:
        content = str(node.value)
        marked = any(PLACEHOLDER <= ord(char) < PLACEHOLDER + len(self.symbols) for char in content)
        if marked or node.tag in (f"{_TAG}str", f"{_TAG}binary"):
            return StringValue(marked_parts(content, self.symbols, trail, self.where), () if content else trail)
        if not node.tag.startswith(_TAG):
            raise invalid(self.call, f"does not know the tag {node.tag}")
        if content.lower() in (".nan", ".inf", "-.inf", "+.inf"):
            raise invalid(self.call, f"does not take {content}")
        return plain_scalar(content, trail)


def plain_scalar(content: str, trail: Trail) -> Value:
    """An unquoted scalar as the type it looks like."""
    if content in _NULL:
        return NullValue(trail)
    if content in _TRUE or content in _FALSE:
        return BoolValue(content in _TRUE, trail)
    number = _number(content)
    if number is not None:
        return NumberValue(number, trail)
    if _DATE.fullmatch(content):
        content += "T00:00:00Z"
    elif _TIMESTAMP.fullmatch(content):
        raise FunctionFault(
            DiagnosticKind.UNSUPPORTED_FUNCTION, f"the unquoted time {content} is rewritten by Terraform"
        )
    return StringValue((Part(content, trail),))


def _number(content: str) -> int | float | None:
    if found := _RADIX.fullmatch(content):
        digits = found[3].replace("_", "")
        try:
            value = int(digits, 16 if found[2] == "x" else 8)
        except ValueError:
            return None
        return -value if found[1] == "-" else value
    if _DECIMAL.fullmatch(content):
        return parse_number(content.replace("_", ""))
    return None


def encode_yaml(value: Value, call: Call) -> Value:
    """The YAML text; where something is unknown or Terraform folds lines, a symbol that remembers the structure."""
    lines = _document(value) if is_known(value) else None
    if lines is None:
        unknown = unknown_result(call, (value,))
        return StringValue((Part(unknown.symbol, unknown.trail),), (), value)
    return StringValue((Part("\n".join(lines) + "\n", trail_of(value)),), (), value)


def _document(value: Value) -> list[str] | None:
    lines = _lines(value)
    if isinstance(value, (NullValue, NumberValue, BoolValue)):
        lines.append("...")
    return None if any(len(line) > MAX_LINE for line in lines) else lines


def _lines(value: Value) -> list[str]:
    """A value's lines; a collection's begin at its own column."""
    match value:
        case ListValue(items=items) if items:
            return [line for item in items for line in _after("- ", item, in_list=True)]
        case ObjectValue(entries=entries) if entries:
            return [line for name, item in entries for line in _after(f"{quoted(name)}:", item, in_list=False)]
    return _scalar_lines(value)


def _after(head: str, value: Value, in_list: bool) -> list[str]:
    lines = _lines(value)
    if in_list:
        inner = "" if isinstance(value, StringValue) else "  "
        return [head + lines[0], *_indented(lines[1:], inner)]
    if isinstance(value, ListValue) and value.items:
        return [head, *lines]
    if isinstance(value, ObjectValue) and value.entries:
        return [head, *_indented(lines, "  ")]
    return [f"{head} {lines[0]}", *lines[1:]]


def _indented(lines: list[str], by: str) -> list[str]:
    return [by + line if line else line for line in lines]


def _scalar_lines(value: Value) -> list[str]:
    match value:
        case StringValue():
            return _string_lines(value.known or "")
        case NumberValue():
            return [format_number(value.value)]
        case BoolValue():
            return ["true" if value.value else "false"]
        case ListValue():
            return ["[]"]
        case ObjectValue():
            return ["{}"]
        case Unknown():
            return [str(value.symbol)]
    return ["null"]


def _string_lines(content: str) -> list[str]:
    if "\n" not in content:
        return [quoted(content).replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&")]
    body = content.rstrip("\n")
    ending = len(content) - len(body)
    hint = "2" if content[0] in " \n" else ""
    chomp = "-" if ending == 0 else "" if ending == 1 and body else "+"
    lines = [f"  {line}" if line else "" for line in body.split("\n")]
    return [f"|{hint}{chomp}", *lines, *[""] * (ending - 1)]
