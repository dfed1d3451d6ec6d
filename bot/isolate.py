"""The review in a child process without secrets: both ends of one JSON conversation over stdin and stdout.

Parent to child: a ReviewRequest. Child to parent: a ReviewAnswer. The parent never parses HCL,
policies or templates; the child never sees a token, a network or an environment.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.risk.finding import Review
from bot.risk.settings import Rules


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """Everything a review may know.

    `base_listing` and `head_listing` map paths to blob ids, `blobs` blob ids to contents. `diff` is
    the unified diff. `rules_text` is the base revision's `.iam-review.yaml` (None: there is none),
    `rules_source` its name in messages. `fail_at` overrides the rules' threshold.
    `refused` are blob ids asked for that will not come; in the `last_round` nothing more may be
    asked for. What is missing then is a gap.
    """

    base: str
    head: str
    base_listing: dict[str, str]
    head_listing: dict[str, str]
    blobs: dict[str, bytes]
    diff: str
    rules_text: str | None = None
    rules_source: str = ".iam-review.yaml"
    fail_at: str | None = None
    var_files: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    last_round: bool = False


@dataclass(frozen=True, slots=True)
class ReviewAnswer:
    """Either a review, with the rules it was judged by, or the listed paths it needs."""

    review: Review | None = None
    rules: Rules = Rules()
    need: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use."""

    wall_seconds: float = 150.0
    cpu_seconds: int = 130
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 32 * 1024**2


def answer(request: ReviewRequest) -> ReviewAnswer:
    """The child's whole work, pure; also called directly by the command line."""
    raise NotImplementedError


def run(request: ReviewRequest, limits: Limits = Limits()) -> ReviewAnswer:
    """Start the child, hand it `request`, return its answer.

    Raises ReviewFailed if it dies, runs out of a limit or answers anything that is not a ReviewAnswer.
    """
    raise NotImplementedError
