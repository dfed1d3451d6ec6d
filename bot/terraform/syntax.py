"""The syntax tree of one Terraform file: bodies, blocks and expressions, placed by offsets into the file's text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from bot.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Anything written in a file: `start` and `end` are character offsets into its text, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, true, false or null."""

    value: bool | int | float | None


@dataclass(frozen=True, slots=True)
class TemplateText(Node):
    """Literal text in a template; `verbatim` if it reads exactly as in the source."""

    text: str
    verbatim: bool = True


@dataclass(frozen=True, slots=True)
class TemplateIf(Node):
    """`%{ if } ... %{ else } ... %{ endif }`."""

    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class TemplateFor(Node):
    """`%{ for } ... %{ endfor }`."""

    key: str | None
    value: str
    collection: Expression
    body: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class Template(Node):
    """A quoted string, a heredoc or a template file."""

    parts: tuple[TemplatePart, ...]
    quoted: bool = True


@dataclass(frozen=True, slots=True)
class TupleExpression(Node):
    """`[a, b]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectItem(Node):
    """`key = value`; a bare word as key is a Template of that text."""

    key: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class ObjectExpression(Node):
    """`{ a = b }`."""

    items: tuple[ObjectItem, ...]


@dataclass(frozen=True, slots=True)
class Parentheses(Node):
    """`(a)`."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Name(Node):
    """The first word of a reference: `var`, `local`, `aws_iam_role`, an iterator."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`target.name`."""

    target: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`target[key]` or `target.0`."""

    target: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Splat(Node):
    """`target[*].rest` or `target.*.rest`: `each` is what is taken of every element, with Element in its place."""

    target: Expression
    each: Expression
    full: bool


@dataclass(frozen=True, slots=True)
class Element(Node):
    """The element at hand inside a Splat's `each`."""


@dataclass(frozen=True, slots=True)
class FunctionCall(Node):
    """`name(arguments...)`; `spread` if the last argument is followed by `...`."""

    name: str
    arguments: tuple[Expression, ...]
    spread: bool


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-a` or `!a`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class ForTuple(Node):
    """`[for key, name in collection : value if condition]`."""

    key: str | None
    name: str
    collection: Expression
    value: Expression
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class ForObject(Node):
    """`{for key, name in collection : entry_key => value if condition}`; `grouped` if followed by `...`."""

    key: str | None
    name: str
    collection: Expression
    entry_key: Expression
    value: Expression
    grouped: bool
    condition: Expression | None


Expression = (
    Literal
    | Template
    | TupleExpression
    | ObjectExpression
    | Parentheses
    | Name
    | Attribute
    | Index
    | Splat
    | Element
    | FunctionCall
    | Conditional
    | Binary
    | Unary
    | ForTuple
    | ForObject
)
TemplatePart = TemplateText | TemplateIf | TemplateFor | Expression


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """`name = expression`."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`type "label" { body }`; `header_end` is where the header line's `{` ends."""

    type: str
    labels: tuple[str, ...]
    body: Body
    header_end: int


@dataclass(frozen=True, slots=True)
class Body(Node):
    """Arguments and blocks in written order."""

    arguments: tuple[Argument, ...]
    blocks: tuple[Block, ...]

    def argument(self, name: str) -> Argument | None:
        """The argument called `name`; None if it is not written."""
        return next((each for each in self.arguments if each.name == name), None)


@dataclass(frozen=True, slots=True)
class SyntaxFile:
    """A parsed text. The same tree serves every path that has this text."""

    text: str
    body: Body
    line_starts: tuple[int, ...] = field(repr=False)


class SyntaxFault(Exception):
    """Why and where (an offset) a text does not parse."""

    def __init__(self, reason: str, start: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start


def line_starts(text: str) -> tuple[int, ...]:
    """Offsets at which lines begin."""
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return tuple(starts)


def span(path: str, starts: tuple[int, ...], start: int, end: int) -> Span:
    """The span of offsets `start` to `end` in the file at `path`."""
    line = bisect_right(starts, start)
    end_line = bisect_right(starts, end)
    return Span(path, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)
