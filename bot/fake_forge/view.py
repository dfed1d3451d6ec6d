"""What pages of all forges show alike: a diff with comments in place, and the comments themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from markupsafe import Markup

from bot.fake_forge.rendered_markdown import render
from bot.fake_forge.unified import FileDiff, Hunk
from bot.fake_forge.world import Comment, LineComment, Reaction
from bot.frozen import dataclass

_REACTIONS = {
    "eyes": "👀",
    "rocket": "🚀",
    "confused": "😕",
    "-1": "👎",
    "+1": "👍",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "heart": "❤️",
    "hooray": "🎉",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment to show."""

    id: int
    author: str
    bot: bool
    html: Markup
    where: str
    reactions: str


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A line of a diff and the comments below it."""

    kind: str
    old: int | None
    new: int | None
    html: Markup
    comments: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A hunk."""

    header: str
    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A file of the diff."""

    path: str
    status: str
    was: str
    added: int
    removed: int
    binary: bool
    sections: tuple[Section, ...]
    on_file: tuple[Said, ...]
    comments: int


def said(comment: Comment | LineComment, where: str = "", original: Sequence[str] = ()) -> Said:
    """A comment as it is shown; `original` are the lines that a suggestion in it would replace."""
    html = render(comment.body, original)
    author = comment.author
    return Said(comment.id, author.login, author.kind == "Bot", html, where, _reactions(comment.reactions))


def _reactions(reactions: Iterable[Reaction]) -> str:
    return " ".join(_REACTIONS.get(reaction.content, reaction.content) for reaction in reactions)


def where_words(comment: LineComment) -> str:
    """Where a comment on the diff stands, in words."""
    if comment.subject == "file":
        return "on the whole file"
    if comment.line is None:
        return f"on {comment.path}, line {comment.original_line} as it was"
    side = " of the old file" if comment.side == "LEFT" else ""
    first = f"{comment.start_line}–" if comment.start_line else ""
    return f"on line{'s' if first else ''} {first}{comment.line}{side}"


def homeless(comments: Sequence[LineComment], files: Sequence[FileDiff]) -> list[LineComment]:
    """Comments whose lines are no longer in the diff."""
    shown = {file.path: file for file in files}
    return [c for c in comments if c.path not in shown or (c.subject == "line" and c.line is None)]


def changed_file(file: FileDiff, comments: Sequence[LineComment]) -> Changed:
    """A file of the diff with the comments on it in place."""
    here = [comment for comment in comments if comment.path == file.path]
    return Changed(
        path=file.path,
        status=file.status,
        was=file.base if file.status == "renamed" else "",
        added=file.count("added"),
        removed=file.count("removed"),
        binary=file.binary,
        sections=tuple(_section(file, hunk, here) for hunk in file.hunks),
        on_file=tuple(said(comment, where_words(comment)) for comment in here if comment.subject == "file"),
        comments=sum(comment.subject == "file" or comment.line is not None for comment in here),
    )


def _section(file: FileDiff, hunk: Hunk, comments: Sequence[LineComment]) -> Section:
    rows = []
    for line in hunk.lines:
        below = [c for c in comments if c.line is not None and c.line == (line.old if c.side == "LEFT" else line.new)]
        shown = tuple(said(comment, where_words(comment), _original(hunk, comment)) for comment in below)
        rows.append(DiffRow(line.kind, line.old, line.new, highlight(file.path, line.text), shown))
    return Section(hunk.header, tuple(rows))


def _original(hunk: Hunk, comment: LineComment) -> list[str]:
    """The lines a comment stands on."""
    assert comment.line is not None
    wanted = range(comment.start_line or comment.line, comment.line + 1)
    return [line.text for line in hunk.lines if (line.old if comment.side == "LEFT" else line.new) in wanted]


_TERRAFORM = (".tf", ".tofu", ".tfvars", ".hcl")

_TOKEN = re.compile(
    r"""
    (?P<comment>   \#.* | //.* )
  | (?P<string>    "(?:[^"\\]|\\.)*" )
  | (?P<keyword>   ^\s*[a-z_][\w-]*(?=\s*(?:"[^"]*"\s*)*\{\s*(?:[#}]|$)) | \b(?:for|in|if)\b )
  | (?P<attribute> ^\s*[a-z_][\w-]*(?=\s*=(?!=)) )
  | (?P<number>    \b(?:true|false|null|\d+)\b )
    """,
    re.VERBOSE,
)
_INTERPOLATION = re.compile(r"\$\{[^}]*\}")


def highlight(path: str, line: str) -> Markup:
    """One line as HTML; files that are not Terraform stay plain."""
    if not path.endswith(_TERRAFORM):
        return Markup(escape(line))
    shown, last = [], 0
    for token in _TOKEN.finditer(line):
        shown += [escape(line[last : token.start()]), _span(str(token.lastgroup), token[0])]
        last = token.end()
    return Markup("".join((*shown, escape(line[last:]))))


def _span(kind: str, text: str) -> str:
    inner = escape(text, quote=False)
    if kind == "string":
        inner = _INTERPOLATION.sub(lambda m: f'<span class="hl-interpolation">{m[0]}</span>', inner)
    return f'<span class="hl-{kind}">{inner}</span>'
