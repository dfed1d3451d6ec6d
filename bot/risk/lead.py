"""Which of several gains a finding is named after, where their grades agree."""

from __future__ import annotations

from bot.access_diff.delta import Row
from bot.iam.arn import service_of
from bot.risk.limiting_conditions import limits
from bot.risk.score_components import ScoreComponent

TELLING = frozenset(("cloudwatch", "ec2messages", "logs", "ssmmessages", "tag", "xray"))
"""What writes logs, measures and tags is seldom what a reviewer has to decide about."""


def lead(worst: ScoreComponent, row: Row) -> tuple[int, ...]:
    """Sorts the worst first: by grade, what is held without a condition, data and roles before logs and tags, then by
    the kind of action and how wide it is."""
    conditional = any(map(limits, row.conditions))
    telling = service_of(worst.action) in TELLING
    return (-worst.rank, conditional, telling, -worst.kind, -worst.width)
