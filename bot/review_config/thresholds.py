"""From which grade on a finding fails the check or gets a comment: the rules' thresholds, and those of its file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig, Threshold, meets


def fails(finding: Finding, rules: ReviewConfig) -> bool:
    """Whether a finding fails the check by its grade."""
    return finding.may_block and meets(finding.grade, threshold(rules, finding.location.file, "fail_at"))


def worth_comment(finding: Finding, rules: ReviewConfig) -> bool:
    """Whether a finding is worth an inline comment by its grade."""
    return meets(finding.grade, threshold(rules, finding.location.file, "comment_at"))


def threshold(rules: ReviewConfig, file: str, which: Literal["fail_at", "comment_at"]) -> Threshold:
    """The threshold for findings in `file`: that of the first path rule that matches and sets it, else the rules'."""
    own = next((one for one in rules.paths if path_glob(one.path).fullmatch(file)), None)
    found: Threshold | None = getattr(own, which) if own else None
    general: Threshold = getattr(rules, which)
    return found or general


@lru_cache(maxsize=1024)
def path_glob(glob: str) -> re.Pattern[str]:
    """A glob over paths: `*` and `?` stay within a folder, `**` crosses them; a folder's name stands for all in it."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", glob.removesuffix("/"))
    translated = "".join(_TOKENS.get(piece) or re.escape(piece) for piece in pieces)
    return re.compile(f"{translated}(?:/.*)?")


_TOKENS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
