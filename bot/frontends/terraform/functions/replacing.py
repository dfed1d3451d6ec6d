"""Terraform's replace, regex and regexall."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.evaluated.call import Call, Function, FunctionFault, below_checkout
from bot.evaluated.character_places import PLACEHOLDER, width, with_placeholders
from bot.evaluated.derived import derived
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.trails import is_known, string, trail_of
from bot.evaluated.value import ListValue, Part, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.convert import to_string
from bot.frontends.terraform.functions.arguments import arity, invalid, strict, text, unknown_result, value_of
from bot.frontends.terraform.functions.budget import bounded, fits
from bot.frontends.terraform.functions.pieces import (
    MANY_PARTS,
    coarse,
    cut,
    joined_pieces,
    mapped,
    pieces_of,
)
from bot.frontends.terraform.functions.re2 import Match, Regex, RegexBudget, RegexError, compile_regex, expand
from bot.late_pattern import late_pattern

T = TypeVar("T")


def replace(arguments: tuple[Value, ...], call: Call) -> Value:
    """A substring, or a regular expression between slashes, replaced everywhere."""
    arity(call, arguments, 3)
    subject = to_string(arguments[0])
    if not isinstance(subject, StringValue) or not is_known(arguments[1]):
        return unknown_result(call, arguments)
    subject = coarse(subject)
    needle = text(arguments[1], call)
    if len(needle) > 1 and needle.startswith("/") and needle.endswith("/"):
        return _replace_regex(subject, needle[1:-1], arguments, call)
    replacement = to_string(arguments[2])
    if not isinstance(replacement, StringValue):
        return unknown_result(call, arguments)
    return _replace_text(subject, needle, replacement, arguments, call)


def _replace_regex(subject: StringValue, pattern: str, arguments: tuple[Value, ...], call: Call) -> Value:
    if subject.known is None or not is_known(arguments[2]):
        return unknown_result(call, arguments)
    template, content = text(arguments[2], call), subject.known
    regex = _compiled(pattern, call)
    pieces: list[StringValue] = []
    position = 0
    matches = _matches(regex, content, call)
    fits(len(content) + len(matches) * len(template))
    trail = trail_of(*arguments[1:])
    if len(matches) > MANY_PARTS:
        subject = StringValue((Part(content, trail_of(subject)),))
    for match in matches:
        pieces.append(cut(subject, position, match.start))
        pieces.append(string(expand(template, content, match, regex.groups), trail))
        position = match.end
    pieces.append(cut(subject, position))
    return _together(pieces, subject)


def _replace_text(
    subject: StringValue, needle: str, replacement: StringValue, arguments: tuple[Value, ...], call: Call
) -> Value:
    """Symbols stay in place, renamed, unless an occurrence could begin or end inside one."""
    content, symbols = with_placeholders(subject)
    if not symbols:
        return _joined_at(subject, content, needle, replacement)
    if not needle or _may_overlap(content, needle):
        return unknown_result(call, arguments)
    renamed = ", ".join(_quoted(value) for value in arguments[1:])
    marked = mapped(subject, lambda part: part, call.name)
    named = StringValue(tuple(_renamed(part, renamed) for part in marked.parts), subject.trail)
    return _joined_at(named, content, needle, replacement)


def _renamed(part: Part, arguments: str) -> Part:
    if not isinstance(part.content, Symbol):
        return part
    name = f"{part.content.name.removesuffix(')')}, {arguments})"
    return Part(derived(name, part.content.reason, Unknown(part.content)), part.trail)


def _quoted(value: Value) -> str:
    parts = value.parts if isinstance(value, StringValue) else ()
    return '"' + "".join(str(part.content) for part in parts) + '"'


def _may_overlap(content: str, needle: str) -> bool:
    """Whether text beside a symbol ends with the needle's beginning or begins with its end."""
    for position, char in enumerate(content):
        if ord(char) < PLACEHOLDER:
            continue
        before, after = content[:position], content[position + 1 :]
        for size in range(1, len(needle)):
            if before.endswith(needle[:size]) or after.startswith(needle[size:]):
                return True
    return False


def _joined_at(subject: StringValue, content: str, needle: str, replacement: StringValue) -> StringValue:
    count = content.count(needle)
    fits(len(content) + count * sum(map(width, replacement.parts)))
    if count > MANY_PARTS and replacement.known is not None and subject.known is not None:
        return string(content.replace(needle, replacement.known), trail_of(subject, replacement))
    pieces = pieces_of(subject, content, needle)
    if not needle:
        return _together([piece for each in pieces for piece in (replacement, each)] + [replacement], subject)
    return _together([joined_pieces(replacement, pieces)], subject)


def _together(pieces: list[StringValue], subject: StringValue) -> StringValue:
    whole = joined_pieces(StringValue(()), pieces)
    return whole if whole.parts else StringValue((), trail_of(subject))


def regex(arguments: tuple[Value, ...], call: Call) -> Value:
    """The first match: a string, a list of groups, or an object of named groups; none is an error."""
    arity(call, arguments, 2)
    below = below_checkout(arguments[1])
    if not is_known(arguments[0]) or (below is None and not is_known(arguments[1])):
        return unknown_result(call, arguments)
    pattern = text(arguments[0], call)
    compiled, content = _compiled(pattern, call), text(arguments[1], call) if below is None else below
    if below is not None and not ends_below(pattern, below):
        return unknown_result(call, arguments)
    shape = _shape(compiled, call)
    match = _guarded(lambda: compiled.search(content), call)
    if match is None:
        raise invalid(call, "finds no match")
    return value_of(shape(content, match), trail_of(*arguments))


def regexall(arguments: tuple[Value, ...], call: Call) -> Value:
    """Every match, in the shape that regex gives one."""
    arity(call, arguments, 2)
    compiled, content = _compiled(text(arguments[0], call), call), text(arguments[1], call)
    shape, trail = _shape(compiled, call), trail_of(*arguments)
    found = [value_of(shape(content, match), trail) for match in _matches(compiled, content, call)]
    return ListValue(tuple(bounded(found)), trail)


def _shape(compiled: Regex, call: Call) -> Callable[[str, Match], object]:
    named = [name for name in compiled.groups if name is not None]
    if named and len(named) < len(compiled.groups):
        raise invalid(call, "takes either named or unnamed groups, not both")

    def groups(content: str, match: Match) -> list[str | None]:
        return [None if span is None else content[span[0] : span[1]] for span in match.spans]

    if named:
        return lambda content, match: dict(zip(named, groups(content, match)[1:], strict=True))
    if compiled.groups:
        return lambda content, match: groups(content, match)[1:]
    return lambda content, match: groups(content, match)[0]


def _compiled(pattern: str, call: Call) -> Regex:
    return _guarded(lambda: compile_regex(pattern), call)


def _matches(compiled: Regex, content: str, call: Call) -> list[Match]:
    return _guarded(lambda: list(compiled.find_all(content)), call)


def _guarded(action: Callable[[], T], call: Call) -> T:
    try:
        return action()
    except RegexBudget as refusal:
        raise FunctionFault(
            DiagnosticKind.OVER_BUDGET, f"the regular expression of {call.name} takes too long: {refusal}"
        ) from None
    except RegexError as refusal:
        raise invalid(call, f"does not take this regular expression: {refusal}") from None


FUNCTIONS: dict[str, Function] = {"regex": regex, "regexall": strict(regexall), "replace": replace}


_TIMES = r"(?:[+*?]|\{\d+(?:,\d*)?\})?\??"

_PIECE = late_pattern(
    r"(?P<slash>/(?![+*?{]))"
    r"|(?P<group>\((?:\?:|\?P?<\w+>)?|\)(?![+*?{]))"
    rf"|(?P<one>[A-Za-z0-9_ -]|\\[.\-wd]){_TIMES}"
    rf"|(?P<class>\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]){_TIMES}"
    r"|(?P<end>\$)"
)
"""What a pattern may be made of here: no choice, nothing that is repeated with its slashes, no flag."""


def ends_below(pattern: str, below: str) -> bool:
    """Whether the first match of `pattern` in any path that ends with `below` is its first match in `below`.

    It is if whatever matches ends where the path ends and has as many slashes as the pattern: then it cannot begin
    before the last so many slashes of the path, and these are in `below`, which begins with a slash.
    """
    slashes, position = 0, 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None or (piece["class"] and compile_regex(piece["class"]).search("/")):
            return False
        slashes += piece["slash"] is not None
        position = piece.end()
        if piece["end"]:
            return position == len(pattern) and below.count("/") >= slashes + (not pattern.startswith("/"))
    return False
