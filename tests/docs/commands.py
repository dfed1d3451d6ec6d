"""The lines of README and docs that somebody may type: calls of iam-review, make and pip."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.docs.blocks import blocks
from tests.places import PROJECT

PARTS = ("explanation", "how-to", "rules", "tutorials")
PAGES = (
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((PROJECT / "docs").glob("*.md")),
    *(page for part in PARTS for page in sorted((PROJECT / "docs" / part).glob("*.md"))),
)
SHELL = ("", "sh", "bash", "console")
_COMMAND = re.compile(r"(?:\.venv/bin/)?((?:iam-review|make|pip)(?: .*)?)")
_PROSE = ("make sure", "make it ", "make a ")


def commands() -> Iterator[tuple[str, str]]:
    """Each with its page: lines of shell blocks, without their comments, and code spans in the text."""
    for page in PAGES:
        name = page.relative_to(PROJECT).as_posix()
        lines = [line for block in blocks(page) if block.language in SHELL for line in block.text.splitlines()]
        spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S))
        for text in (*lines, *spans):
            found = _COMMAND.fullmatch(re.sub(r"\s+#\s.*", "", text.strip().removeprefix("exec ")))
            if found and " " in found[1] and not found[1].startswith(_PROSE):
                yield found[1], name
