"""Places in source files, the trail a value took to get somewhere, and messages about them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

Side = Literal["head", "base"]
"""Which of the two revisions that are compared a place is in."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one source file; lines and columns count from 1, `end_column` is exclusive.

    `file` is the path inside the repository with forward slashes. A span made from a file without
    positions (a policy read as plain JSON, say) has line 0.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Step:
    """One place a value was written at or passed through.

    `what` names the step in Terraform's words: "literal", "local.x", "var.y", "module.m argument y",
    "each.value", "count", "for", "aws_iam_role.r.name", "terraform.tfvars", ...
    """

    span: Span
    what: str


Trail = tuple[Step, ...]
"""Where a value comes from, innermost first: its literal, then each use on the way outwards."""

MAX_TRAIL = 24
"""Longer trails keep their innermost steps: a comment stands on one of those."""


def join_trails(*trails: Trail) -> Trail:
    """Concatenate trails, innermost first, without repeats and capped at MAX_TRAIL steps."""
    steps = dict.fromkeys(step for trail in trails for step in trail)
    return tuple(steps)[:MAX_TRAIL]


class Severity(enum.StrEnum):
    """How bad a diagnostic is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message for a person: what happened, where, and what to do about it."""

    severity: Severity
    summary: str
    detail: str
    span: Span | None = None
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        detail = f": {self.detail}" if self.detail else ""
        remedy = f" ({self.help})" if self.help else ""
        return f"{place}{self.summary}{detail}{remedy}"
