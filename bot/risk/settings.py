"""The rules of one repository: `.iam-review.yaml`, read from the base revision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.risk.finding import GradeName

Threshold = Literal["low", "medium", "high", "critical", "never"]


@dataclass(frozen=True, slots=True)
class RootRule:
    """Settings for the roots whose directory matches the glob `path`; the first match counts."""

    path: str
    account_id: str | None = None
    region: str | None = None
    partition: str = "aws"
    workspaces: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """How to judge and when to speak.

    `fail_at` is the lowest grade that fails the check, `comment_at` the lowest that gets an inline
    comment (at most `max_comments` of them, the rest are in the summary).
    """

    fail_at: Threshold = "high"
    comment_at: Threshold = "medium"
    max_comments: int = 10
    fail_closed: Literal["off", "changed", "all"] = "off"
    roots: tuple[RootRule, ...] = ()
    accounts: tuple[str, ...] = ()
    sensitive_resources: tuple[str, ...] = ()
    ignored_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """Rules and what is wrong with their file: a bad file on base is said, and the defaults used."""

    rules: Rules
    problems: tuple[str, ...] = field(default=())


def load_rules(text: str | None, source: str) -> LoadedRules:
    """Read `.iam-review.yaml`; None means there is none. `source` names the file in messages."""
    raise NotImplementedError


def meets(grade: GradeName, threshold: Threshold) -> bool:
    """Whether `grade` is at or above `threshold`."""
    raise NotImplementedError
