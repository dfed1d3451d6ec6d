"""Writes docs/sentences.md: what the bot says, for every rule, kind of holder, new or not, sure or not, one or several.

python -m tests.sentences
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from bot.review.model import Finding
from bot.review.prose import text_of_prose
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import assess
from bot.risk.rules import RULES
from bot.risk.rules.help_page import help_page, rule_page
from tests.risk.gains import privilege_diff, touched_lines
from tests.yaml_files import read_yaml

FILE = Path("docs/sentences.md")
CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/rules.yaml").read_text())
PRINCIPALS = ("role", "user", "group", "permission_set", "policy")
TRUSTED = {"actions": ["sts:AssumeRole"], "who": ["Service:ec2.amazonaws.com"]}
HEAD = """\
# What the bot says

Each rule's sentence, by whose access it is, whether that is new, whether it is proved or could not be settled, and for
one or several: what a title is made of; the same sentence once. Written by `python -m tests.sentences` from the cases
of `tests/cases/risk/rules.yaml` and held by a test; read the difference when a wording is changed.
"""


def text() -> str:
    """The whole file."""
    return "\n".join((HEAD, *(line for rule in RULES for line in _section(rule.name))))


def _section(rule: str) -> Iterator[str]:
    rows = list({row.rpartition(" | ")[2]: row for row in reversed(list(_rows(rule)))}.values())[::-1]
    if rows:
        page = rule_page(rule)
        assert page is not None, rule
        yield f"## {page.title}\n\n[{rule}]({help_page(rule).removeprefix('docs/')})\n"
        yield "| whose | | sure | | sentence |\n|---|---|---|---|---|"
        yield from rows
        yield ""


def _rows(rule: str) -> Iterator[str]:
    for case in (one for one in CASES if one.get("rule") == rule and "runs_as" not in one and "credential" not in one):
        holder = case.get("holder", "role")
        for kind, new, part, many in product(
            PRINCIPALS if holder in PRINCIPALS else (holder,), (False, True), ("gained", "undecided"), (False, True)
        ):
            varied = {**case, "holder": kind, "part": part, **({"new": True} if new else {})}
            found = _one(varied, many=many)
            if found is not None and found.rule == rule:
                told = text_of_prose(found.title).replace("|", "\\|").replace("*", "\\*").replace("<", "\\<")
                cells = (kind.replace("_", " "), "new" if new else "", "" if part == "gained" else "undecided")
                yield f"| {' | '.join(cells)} | {'several' if many else ''} | {told} |"
        if holder in PRINCIPALS:
            return


def _one(case: dict[str, Any], *, many: bool) -> Finding | None:
    """The one finding of one holder, or of two that gain the same."""
    cases = []
    for name in ("x", "y")[: 1 + many]:
        address = f"aws_iam_{case['holder']}.{name}"
        called = "" if case["holder"] in ("resource", "organization") else {"x": "deploy", "y": "build"}[name]
        cases.append({**case, "address": address, "name": called})
        if case.get("new") and case["holder"] == "role" and case["part"] == "gained":
            cases.append({"holder": "trust", "address": address, "name": called, "new": True, "gained": TRUSTED})
    found = assess(privilege_diff(*cases), touched_lines({5}), ReviewConfig())
    said = found.undecided if case["part"] == "undecided" else found.gained
    return said[0] if len(said) == 1 else None


if __name__ == "__main__":
    FILE.write_text(text())
