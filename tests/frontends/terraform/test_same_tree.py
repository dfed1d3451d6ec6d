"""python-hcl2's own parser is the reference: on every file that both accept, ours gives the same structure."""

from __future__ import annotations

from pathlib import Path

import hcl2
import lark
import pytest

from bot.frontends.terraform.syntax.nodes import SyntaxFault
from bot.frontends.terraform.syntax.parse import parse_file
from tests.frontends.terraform.shapes import Theirs, body
from tests.soaking import sample

FILES = sorted(Path("tests/cases").rglob("*.tf")) + sorted(Path("bot/fake_forge").rglob("*.tf"))


def difference(text: str) -> str | None:
    """The first statement read differently; None if there is none, or one of the two refuses the text."""
    try:
        theirs = Theirs().transform(hcl2.parses_to_tree(text))
        found = body(parse_file(text).body)
    except (lark.exceptions.LarkError, SyntaxFault):
        return None
    pairs = ((str(a), str(b)) for a, b in zip(found, theirs, strict=False))
    first = next((f"ours {a}\ntheirs {b}" for a, b in pairs if a != b), None)
    return first or (None if len(found) == len(theirs) else f"{len(found)} statements, theirs {len(theirs)}")


@pytest.mark.parametrize("part", range(sample(2, 8)))
def test_same_tree(part: int) -> None:
    differences = [
        f"{path}: {found}" for path in FILES[part::8] if (found := difference(path.read_text("utf-8", "replace")))
    ]
    assert not differences, "\n".join(differences)


def test_a_difference_would_be_seen() -> None:
    text = 'a = 1 + 2 * -b[0].c\nx "y" {\n  c = "x${a}y\\n"\n  d = [for k, v in a : "${v}" if k != "z"]\n}\n'
    other = body(parse_file(text.replace("2 *", "3 *")).body)
    assert difference(text) is None
    assert str(other) != str(Theirs().transform(hcl2.parses_to_tree(text)))
    assert len(FILES) > 100
