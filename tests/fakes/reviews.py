"""Reviews and findings with the least in them, and reviewers that answer without looking."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from bot.review.model import Finding, FindingPrincipal, FindingWitness, Location, Review, Stats
from bot.review.prose import Prose
from bot.review_config.settings import ReviewConfig
from bot.review_process.protocol import ChildAnswer, ChildRequest, Reviewed

ENFORCING = ReviewConfig(mode="enforce")

Reviewer = Callable[[ChildRequest], ChildAnswer]


def finding(fingerprint: str, line: int = 1, **other: object) -> Finding:
    """A gained `s3:*` on the given line of main.tf."""
    made = Finding(
        fingerprint=fingerprint,
        kind="grant",
        rule="wide-action",
        also=(),
        grade="high",
        points=60,
        title=Prose("role `ci` can do anything with S3"),
        principal=FindingPrincipal("role", "ci", "aws_iam_role.ci"),
        principals=("aws_iam_role.ci",),
        instances=("aws_iam_role.ci",),
        repeated=False,
        actions=("s3:*",),
        except_actions=(),
        resources=("*",),
        except_resources=(),
        conditions=(),
        before=Prose("s3:GetObject on *"),
        after=Prose("s3:* on *"),
        witness=FindingWitness("aws_iam_role.ci", "s3:DeleteBucket", "arn:aws:s3:::b"),
        path=(),
        location=Location("main.tf", line, line, "head"),
        trail=(),
        suggestion=None,
        waiver=None,
        help="",
    )
    return dataclasses.replace(made, **other)  # type: ignore[arg-type]


def review(*gained: Finding, **other: object) -> Review:
    """A complete review that found exactly `gained`."""
    made = Review(
        schema=1,
        base="b" * 40,
        head="a" * 40,
        verdict="fail" if gained else "pass",
        blocked_by=("gained",) if gained else (),
        complete=True,
        grade="high" if gained else "none",
        score=60 if gained else 0,
        gained=gained,
        undecided=(),
        lost=(),
        gaps=(),
        lint=(),
        stats=Stats(),
    )
    return dataclasses.replace(made, **other)  # type: ignore[arg-type]


def answers(result: Review) -> Reviewer:
    """A reviewer that always finds the same, by rules that enforce."""
    return lambda request: Reviewed(result, ENFORCING)
