"""A generated file whose loops and conditions only a run knows, block by block: what of it is another system's, or a
call of a module from elsewhere, stands apart and is judged as such; the rest is one thing that nobody knows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.evaluated.diagnostic import Step, StepKind, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import entries
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Unknown, Value
from bot.frontends.terraform.syntax.free_names import free_names
from bot.frontends.terraform.syntax.nodes import (
    Block,
    Expression,
    FunctionCall,
    Node,
    SyntaxFault,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateText,
    children,
)
from bot.frontends.terraform.syntax.parse import parse_file
from bot.frontends.terraform.syntax.source_files import Source
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

APART, REST, NAMED = "apart", "rest", "named"
"""Under these names a block "generate" has what stands apart, what is left then, and patterns of how others name what
stands apart, beside its own arguments."""

_OF_AWS = ("aws", "awscc")
_LOCAL = ("archive", "cloudinit", "external", "http", "local", "null", "random", "template", "terraform", "time", "tls")
_TEXTS = "template_file"
_ONE_LINE = frozenset(
    {
        "can", "chomp", "coalesce", "concat", "contains", "format", "indent", "join", "jsonencode", "keys", "length",
        "lookup", "lower", "replace", "substr", "title", "tobool", "tolist", "tonumber", "toset", "tostring",
        "trimspace", "try", "upper", "values", "yamlencode",
    }
)  # fmt: skip
"""Functions by which no text begins a line of its own that nothing which they are given begins."""

_RUNS = late_pattern(r"provisioner|x+")
"""Blocks that have a program run, or whose name is put into the text."""

_OF_CLUSTERS = late_pattern(r"(kubectl|k8s)\w*|kubernetes_\w*(manifest|role|account|config_map)\w*")
"""Types that say who may do what in a cluster, or what runs there as which role: such access is judged."""

_GIVES = late_pattern(r"role-?arn|(?i:\barn\b)|\bEffect\b")
"""Words of what bears on access to AWS, whoever's block they are in."""

_WORDS = late_pattern(r'"([^"$%\\./][^"$%\\/]*/[^"$%\\]*)"')
_LOCAL_NAME = late_pattern(r"\blocal\.([\w-]+)")

Chain = tuple[str, ...]
"""The loops and conditions around a stretch of text, as they are written."""


@dataclass(frozen=True, slots=True)
class _TemplateStretch:
    """Text, or what is put into it, of a template, with what is around it; `given` is what may decide its words."""

    start: int
    end: int
    around: Chain
    text: str
    given: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class _GeneratedBlock:
    """A block of the file as it is written, with what is around it; `kind` is its type, or its provider's name."""

    block: Block
    start: int
    around: Chain
    text: str
    header: str
    is_plain: bool

    @property
    def kind(self) -> str:
        """The first label, which is written out; "" if it is not."""
        label = "".join(self.block.labels[:1])
        return label if f'"{label}"' in self.header else ""

    @property
    def address(self) -> str:
        """How others name such things."""
        return f"data.{self.kind}." if self.block.type == "data" else f"{self.kind}."

    @property
    def named(self) -> str:
        """A pattern of how others name it, whatever a run puts into its name; "" for what has none."""
        if self.block.type == "provider":
            return ""
        words = self.header.split('"')
        name = words[1 if self.block.type == "module" else 3 :][:1]
        begin, put_in, _ = re.sub(r"[$%]\{", "\0", "".join(name)).partition("\0")
        end = r"[\w-]*" if put_in or not begin else r"(?![\w-])"
        kind = "module" if self.block.type == "module" else self.kind
        return rf"(?<![\w-]){re.escape(kind)}\s*\.\s*{re.escape(begin)}{end}"

    @property
    def provider(self) -> str:
        """Whose type it is."""
        return self.kind.partition("_")[0]


def in_parts(said: ObjectValue, written: Expression, source: Source, is_open: Callable[[str], bool]) -> ObjectValue:
    """A block "generate" that says `contents` which only a run knows, with what can be told apart of them.

    `is_open` says of a local value whether only a run knows it. The same if the text cannot be cut into blocks.
    """
    pieces = _pieces(written, source, is_open)
    if pieces is None:
        return said
    apart, rest = _parted(pieces)
    made = StringValue(tuple(_stood_for(apart, source)))
    named = tuple(Part(f"{each.named}\n", (_step(each, source),), False) for each in apart if each.named)
    split: dict[str, Value] = {REST: _left(rest, source, said.trail), APART: made, NAMED: StringValue(named)}
    found = {**dict(entries(said)), **split}
    return ObjectValue(tuple(sorted(found.items())), said.trail)


def _parted(pieces: Sequence[_GeneratedBlock]) -> tuple[list[_GeneratedBlock], list[_GeneratedBlock]]:
    """What stands apart, and the rest."""
    others = [each for each in pieces if not _is_elsewhere(each)]
    while more := [each for each in pieces if each not in others and _reaches(each, others)]:
        others += more
    calls = [each for each in others if _source_of(each)]
    rest = [each for each in pieces if each in others and each not in calls]
    return [each for each in pieces if each not in rest], rest


def _left(rest: Iterable[_GeneratedBlock], source: Source, trail: Trail) -> ListValue:
    """What nobody knows, a symbol for each block."""
    unknown = {_digest([*each.around, each.text]): _step(each, source) for each in rest}
    return ListValue(tuple(_unknown(*each) for each in sorted(unknown.items())), tuple(unknown.values()) or trail)


def _unknown(digest: str, step: Step) -> Unknown:
    return Unknown(Symbol(f"block {digest}", "only a run knows what Terragrunt makes of it"), (step,))


def _pieces(written: Expression, source: Source, is_open: Callable[[str], bool]) -> list[_GeneratedBlock] | None:
    """The blocks of a template's text; None if it is none, or something else stands between them."""
    if not isinstance(written, Template) or source.written is not None:
        return None
    stretches = tuple(_stretches(written.parts, (), source.syntax.text))
    try:
        body = parse_file(_plain(stretches, written)).body
    except SyntaxFault:
        return None
    return None if body.arguments else [_piece(block, written, stretches, source, is_open) for block in body.blocks]


def _stretches(
    parts: Iterable[TemplatePart], around: Chain, text: str, given: tuple[Expression, ...] = ()
) -> Iterator[_TemplateStretch]:
    for part in parts:
        if isinstance(part, TemplateText):
            yield _TemplateStretch(part.start, part.end, around, part.text)
        elif isinstance(part, TemplateFor):
            loop = f"for {part.key}, {part.value} in {_written(part.collection, text)}"
            yield from _stretches(part.body, (*around, loop), text, (*given, part.collection))
        elif isinstance(part, TemplateIf):
            asked = _written(part.condition, text)
            yield from _stretches(part.then, (*around, f"if {asked}"), text, given)
            yield from _stretches(part.otherwise, (*around, f"else {asked}"), text, given)
        else:
            # Between its brackets and the expression there are blanks alone.
            start, end = text.rindex("${", 0, part.start), text.index("}", part.end) + 1
            yield _TemplateStretch(start, end, around, "x" * (end - start), (*given, part))


def _written(node: Node, text: str) -> str:
    return " ".join(text[node.start : node.end].split())


def _plain(stretches: Iterable[_TemplateStretch], whole: Template) -> str:
    """The text with a word in place of what is put into it, and blanks for what is not in it, each at its place."""
    found, at = "", whole.start
    for each in stretches:
        found += " " * (each.start - at) + each.text[: each.end - each.start].ljust(each.end - each.start)
        at = each.end
    return found


def _piece(
    block: Block, whole: Template, stretches: Sequence[_TemplateStretch], source: Source, is_open: Callable[[str], bool]
) -> _GeneratedBlock:
    start, end = whole.start + block.start, whole.start + block.end
    inner = [each for each in stretches if each.start < end and start < each.end]
    text, header = (source.syntax.text[start:to] for to in (end, whole.start + block.header_end))
    plain = all(_is_plain(each, source, is_open) for each in inner) and inner[0].around == inner[-1].around
    return _GeneratedBlock(block, start, inner[0].around, text, header, plain)


def _is_plain(one: _TemplateStretch, source: Source, is_open: Callable[[str], bool]) -> bool:
    """Whether no line of a block's end and another's beginning can be put in there by what is written here."""
    bound = {name for loop in one.around for name in _bound(loop)} | {"local"}
    return all(_puts_no_line(each, source.syntax.text[each.start : each.end], bound, is_open) for each in one.given)


def _puts_no_line(one: Expression, text: str, bound: set[str], is_open: Callable[[str], bool]) -> bool:
    opened = all(is_open(name) for name in _LOCAL_NAME.findall(text))
    asked = free_names(one) - bound
    return not asked and opened and "\\" not in text and "<<" not in text and _calls(one) <= _ONE_LINE


def _bound(loop: str) -> list[str]:
    """The names that a loop gives to what it is at."""
    return re.findall(r"[\w-]+", loop.partition(" in ")[0])[1:] if loop.startswith("for ") else []


def _calls(node: Node) -> frozenset[str]:
    own = frozenset({node.name}) if isinstance(node, FunctionCall) else frozenset[str]()
    return own.union(*(_calls(each) for each in children(node)))


def _is_elsewhere(one: _GeneratedBlock) -> bool:
    """Whether a block is of a provider that is none of AWS's, and runs no program."""
    if not one.is_plain or not one.kind or one.block.type not in ("resource", "data", "provider"):
        return False
    inner = [each.type for each in one.block.body.blocks]
    if any(_RUNS.fullmatch(each) for each in inner) or (one.block.type == "provider" and "exec" in one.text):
        return False
    if _OF_CLUSTERS.fullmatch(one.kind) or _GIVES.search(one.text):
        return False
    return one.kind == _TEXTS or one.provider not in (*_OF_AWS, *_LOCAL)


def _source_of(one: _GeneratedBlock) -> str:
    """Where the module of a call is, written out, if that is not this repository."""
    written = one.block.body.argument("source") if one.block.type == "module" and one.is_plain else None
    if written is None:
        return ""
    start, end = (at - one.block.start for at in (written.value.start, written.value.end))
    found = _WORDS.fullmatch(one.text[start:end])
    return found[1] if found else ""


def _reaches(one: _GeneratedBlock, others: Iterable[_GeneratedBlock]) -> bool:
    """Whether what is AWS's, or a module's, names a thing of another system."""
    return any(one.address in each.text for each in others)


def _step(one: _GeneratedBlock, source: Source) -> Step:
    return source.step_between(one.start, one.start + len(one.text), one.header.rstrip(" {\n"), StepKind.ADDRESS)


def _digest(said: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


def _stood_for(apart: Iterable[_GeneratedBlock], source: Source) -> Iterator[Part]:
    """A block for each that stands apart, which says all that is written there as one text."""
    seen: dict[str, int] = {}
    for one in apart:
        number = seen[one.header] = seen.get(one.header, 0) + 1
        label = f"generated_{_digest([one.header, str(number)])}"
        said = _quoted("\n".join((*one.around, one.text)))
        if one.block.type == "module":
            head = f'module "{label}" {{\n  source    = {_quoted(_source_of(one))}'
        else:
            head = f'resource "{one.kind}{"_provider" * (one.block.type == "provider")}" "{label}" {{'
        yield Part(f"{head}\n  generated = {said}\n}}\n", (_step(one, source),), False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
