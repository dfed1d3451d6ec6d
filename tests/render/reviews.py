"""Reviews for the renderers' tests, read from YAML by msgspec as the JSON contract is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.evaluated.touched import Touched, parse_diff
from bot.review.codec import from_plain
from bot.review.model import Review
from tests.yaml_files import read_all_yaml

FOLDER = Path("tests/cases/render")

_FINDING = {
    "fingerprint": "0123456789abcdef", "kind": "grant", "rule": "new-access", "also": [], "grade": "low", "points": 1,
    "title": "", "principal": None, "principals": [], "instances": [], "repeated": False, "actions": [],
    "except_actions": [], "resources": [], "except_resources": [], "conditions": [], "before": "no access", "after": "",
    "witness": None, "path": [], "location": {}, "trail": [], "suggestion": None, "waiver": None,
    "help": "docs/rules/new-access.md",
}  # fmt: skip
_REVIEW = {
    "schema": 1, "base": "b" * 40, "head": "a" * 40, "verdict": "pass", "blocked_by": [], "complete": True,
    "grade": "none", "score": 0, "gained": [], "undecided": [], "lost": [], "gaps": [], "lint": [],
    "stats": {"roots": 1, "files_parsed": 2, "policies": 3, "complete": 3, "seconds": 0.5},
}  # fmt: skip


def review_of(raw: dict[str, Any]) -> Review:
    """A review from what a case says of it; the rest is that of a review that found nothing."""
    lists = {name: [{**_FINDING, **one} for one in raw.get(name, [])] for name in ("gained", "undecided", "lost")}
    return from_plain({**_REVIEW, **raw, **lists}, Review)


def stories() -> list[dict[str, Any]]:
    return list(read_all_yaml((FOLDER / "stories.yaml").read_text()))


def touched_of(raw: dict[str, Any]) -> Touched:
    return parse_diff(raw.get("diff", ""))
