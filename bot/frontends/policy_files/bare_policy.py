"""A file that is a policy document as AWS takes it, with what is filled in elsewhere as symbols."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.diagnostic import Span, Step
from bot.evaluated.document import Symbol
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Value
from bot.late_pattern import late_pattern

SUFFIXES = (".json", ".tpl", ".tftpl", ".tmpl", ".template", ".yaml", ".yml", ".j2")
"""How files end that may be policies, or hold some."""

_WORDS = late_pattern(rb'"?\b(?:Statement|NotAction|Action|Principal|AssumeRolePolicyDocument)"?\s*:')

_PLACEHOLDER = late_pattern(r"\$\{([^{}\n]+)\}|\{\{ *([\w.-]+) *\}\}")
"""What somebody fills in: `${ACCOUNT_ID}`, `{{ account }}`; or AWS, if it is a policy's own variable."""

_DIRECTIVE = late_pattern(r"%\{|\{%|\{\{")
"""What a template decides; no policy is known of it."""

_MEMBERS = frozenset({"Version", "Id", "Statement"})
"""The members of a policy: what has others holds policies."""

MAX_BYTES = 100_000
"""A longer file is none: AWS takes 20,480 characters at most, blanks not counted."""


def looks_like_policy(tree: SourceTree, path: str) -> bool:
    """Whether a file says what policies say, be it one or not."""
    content = tree.read(path) or b""
    return b"Statement" in content and len(set(_WORDS.findall(content))) > 1


def policy_text(tree: SourceTree, path: str) -> StringValue | None:
    """The file at `path` as the text of a policy, its structure with it; None if it is no policy by itself."""
    content = tree.read(path) or b""
    if len(content) > MAX_BYTES:
        return None
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
        parts = tuple(_parts(tree.real(path), text))
        structure = decode_json(StringValue(parts))
    except (UnicodeDecodeError, JsonFault):
        return None
    directs = any(isinstance(part.content, str) and _DIRECTIVE.search(part.content) for part in parts)
    return None if directs or not _is_policy(structure) else StringValue(parts, encoded=structure)


def _parts(path: str, text: str) -> Iterator[Part]:
    """The text cut at placeholders, each piece with its place."""
    position, line = 0, 1
    for match in _PLACEHOLDER.finditer(text):
        if _is_variable(match[1] or ""):
            continue
        yield from _literal(path, text, position, match.start(), line)
        line += text.count("\n", position, match.start())
        name, position = match[1] or match[2], match.end()
        step = Step(_span(path, text, match.start(), position, line), "file")
        yield Part(Symbol(name, f"{name} is filled in where the file is used"), (step,))
    yield from _literal(path, text, position, len(text), line)


def _is_variable(name: str) -> bool:
    """Whether AWS fills it in: `aws:username`, `www.amazon.com:user_id`, or a character that is one of a pattern's."""
    return name in ("*", "?", "$") or (name[:1].islower() and ":" in name)


def _literal(path: str, text: str, start: int, end: int, line: int) -> Iterator[Part]:
    if start < end:
        yield Part(text[start:end], (Step(_span(path, text, start, end, line), "file"),), True)


def _span(path: str, text: str, start: int, end: int, line: int) -> Span:
    """The place from offset `start`, which is in `line`, to `end`."""
    columns = (at - text.rfind("\n", 0, at) for at in (start, end))
    return Span(path, line, next(columns), line + text.count("\n", start, end), next(columns))


def _is_policy(value: Value) -> bool:
    if not isinstance(value, ObjectValue) or not _MEMBERS.issuperset(name for name, _ in value.entries):
        return False
    stated = value.get("Statement")
    statements = stated.items if isinstance(stated, ListValue) else (stated,)
    return bool(statements) and all(map(_is_statement, statements))


def _is_statement(value: Value | None) -> bool:
    if not isinstance(value, ObjectValue) or value.get("Effect") is None:
        return False
    return value.get("Action") is not None or value.get("NotAction") is not None
