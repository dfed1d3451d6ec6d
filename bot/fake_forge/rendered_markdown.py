"""Comments as HTML, the way a forge shows them: Markdown, a few harmless tags, suggestions as small diffs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ALLOWED = re.compile(
    r"</?(?:details|summary|br|sub|sup|kbd|b|i|em|strong|code|p|table|thead|tbody|tr|th|td|ul|ol|li)>"
    r"|<details open>|<br ?/>"
)


def render(text: str, original: Sequence[str] = ()) -> Markup:
    """The comment as HTML; `original` are the lines that a suggestion in it would replace."""
    return Markup(_renderer().render(text, {"original": original}))


def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable("image")
    markdown.add_render_rule("html_block", _html)
    markdown.add_render_rule("html_inline", _html)
    markdown.add_render_rule("fence", _fence)
    return markdown


def _html(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Known tags without attributes stay, comments go, the rest is shown as it is written."""
    source = _COMMENT.sub("", tokens[index].content)
    shown, last = [], 0
    for tag in _ALLOWED.finditer(source):
        shown += [escape(source[last : tag.start()]), tag[0]]
        last = tag.end()
    return "".join((*shown, escape(source[last:])))


def _fence(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    if token.info.strip().partition(":")[0] != "suggestion":
        return f"<pre><code>{escape(token.content)}</code></pre>\n"
    removed = "".join(_row("removed", "−", line) for line in env["original"])
    added = "".join(_row("added", "+", line) for line in token.content.removesuffix("\n").split("\n"))
    return f'<table class="suggestion"><caption>Suggested change</caption>{removed}{added}</table>\n'


def _row(kind: str, mark: str, line: str) -> str:
    return f'<tr class="{kind}"><td class="mark">{mark}</td><td class="code">{escape(line)}</td></tr>'
