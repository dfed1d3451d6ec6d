"""Terraform with colours, line by line."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

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
