"""Files with blocks of Terraform that Terraform does not read by their names: a script copies or renders them."""

from __future__ import annotations

from bot.evaluated.source_tree import SourceTree
from bot.late_pattern import late_pattern

COPIED = (".hcl", ".erb", ".gotmpl", ".j2", ".jinja", ".jinja2", ".mustache", ".template", ".tftpl", ".tmpl", ".tpl")
"""How files end that scripts make configuration of."""

_BLOCK = late_pattern(rb"""(?m)^[ \t]*(?:resource|data)[ \t]+"(?:aws|awscc)_[^"\n]+"[ \t]+"[^"\n]+"[ \t]*\{""")


def looks_like_terraform(tree: SourceTree, path: str) -> bool:
    """Whether a file has blocks of AWS's providers."""
    return _BLOCK.search(tree.read(path) or b"") is not None
