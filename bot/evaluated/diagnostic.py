"""Places in source files, the trail a value took to get somewhere, and what is told of them."""

from __future__ import annotations

from dataclasses import field
from enum import Enum, auto
from typing import Literal

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frozen import dataclass

Side = Literal["head", "base"]
"""Which of the two revisions that are compared a place is in."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one source file; lines and columns count from 1, `end_column` is exclusive.

    `file` is the path inside the repository with forward slashes. A span made from a file without
    positions (a policy read as plain JSON, say) has line 0. Where it is not known which file it is, `file` is a pattern
    of those that it may be.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def is_pattern(self) -> bool:
        """Whether it is of any of the files that fit: nobody can be shown such a place."""
        return "*" in self.file

    def begins_in(self, place: Span) -> bool:
        """Whether its first line is one of the place's."""
        return self.file == place.file and place.line <= self.line <= place.end_line


MAX_LINES = 10**9
"""Beyond the end of any file."""


class StepKind(Enum):
    """What the words of a step are."""

    ADDRESS = auto()
    """The address of a block, of one of its attributes, or what else a reference names."""
    DEFAULT = auto()
    """A variable's default."""
    LACKING = auto()
    """A variable's default which lacks what was asked of it, so that something else stands in."""
    AROUND = auto()
    """A literal, bracket or block around the value: nothing that it passed through."""
    MAKER = auto()
    """What gives a block the provider that makes it."""
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One place a value was written at or passed through.

    `what` names the step in Terraform's words: "literal", "local.x", "var.y", "module.m argument y",
    "each.value", "count", "for", "aws_iam_role.r.name", "terraform.tfvars", ... `kind` says what of these it is.
    """

    span: Span
    what: str
    kind: StepKind = field(default=StepKind.OTHER, compare=False)

    @property
    def defaulted(self) -> str:
        """What has a default that the step is, or that passes on to another value: "var.x"; "" for any other step."""
        return self.what.removesuffix(_DEFAULT) if self.kind in (StepKind.DEFAULT, StepKind.LACKING) else ""


_DEFAULT = " default"


def by_default(name: str) -> str:
    """The words of a step for the default of a variable, or of what else may be given."""
    return f"{name}{_DEFAULT}"


Trail = tuple[Step, ...]
"""Where a value comes from, innermost first: its literal, then each use on the way outwards."""

MAX_TRAIL = 24
"""Longer trails keep their innermost steps and a few of the outermost: a comment stands on one of those."""

_OUTERMOST = 4
"""So many of the outermost steps stay: the blocks and module calls by which it is there."""


def join_trails(*trails: Trail) -> Trail:
    """Concatenate trails, innermost first, without repeats and capped at MAX_TRAIL steps."""
    objects = {id(step): step for trail in trails for step in trail}  # mostly the same ones, which need no comparison
    return clipped(tuple(dict.fromkeys(objects.values())))


def clipped(trail: Trail) -> Trail:
    """Of a trail that is too long the innermost steps, and a few of the outermost."""
    return trail if len(trail) <= MAX_TRAIL else (*trail[: MAX_TRAIL - _OUTERMOST], *trail[-_OUTERMOST:])


NOWHERE = Span("", 0, 0, 0, 0)
"""The place of what is written nowhere."""


def origin(trail: Trail) -> Span:
    """Where what came by a trail is first written."""
    return trail[0].span if trail else NOWHERE


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something to tell of a place: what kind of thing it is, what, more of it ("" if there is no more), where, and
    what to do about it.

    Whoever must know more of it (whose it is, what it depends on) has a type of its own that holds the diagnostic.
    """

    kind: DiagnosticKind
    summary: str
    detail: str = ""
    span: Span = NOWHERE
    remedy: str = ""

    @classmethod
    def of(cls, kind: DiagnosticKind, summary: str, span: Span = NOWHERE) -> Diagnostic:
        """One with nothing more to say, and the remedy that all of its kind have."""
        return cls(kind, summary, "", span, kind.meaning.remedy)

    @property
    def reason(self) -> str:
        """What there is to say, in one line."""
        return f"{self.summary} ({self.detail})" if self.detail else self.summary
