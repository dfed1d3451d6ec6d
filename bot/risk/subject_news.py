"""What about an identity provider's subjects is more than one name beside those that a role trusted before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.access_diff.delta import Row
from bot.iam.grant import Grant
from bot.risk.limiting_conditions import limits

_REPOSITORY = re.compile(r"(?:repo|project_path|repository):(?P<owner>[^/:*?]+)/(?P<name>[^:*?]+):(?P<ref>.+)")
SUBJECT = ":sub"
"""How the condition key ends that says whom a token stands for."""


def earlier_subjects(grants: Iterable[Grant]) -> tuple[str, ...]:
    """The subjects that some statements of a trust policy name."""
    conditions = (one for grant in grants for one in grant.statement.conditions)
    return tuple(str(value) for one in conditions if one.key.lower().endswith(SUBJECT) for value in one.values)


def subject_news(row: Row, before: Iterable[str]) -> Iterator[str]:
    """Why what a row lets in is more than one more of the same, in words; nothing where nobody was let in before."""
    known = [found for found in map(_REPOSITORY.fullmatch, before) if found]
    values = (
        value for one in row.conditions if one.key.lower().endswith(SUBJECT) and limits(one) for value in one.values
    )
    new = [found for found in map(_REPOSITORY.fullmatch, values) if found]
    owners = {one["owner"].lower() for one in known}
    if known and any(one["owner"].lower() not in owners for one in new):
        yield "a repository of another owner than those before"
    named = {(one["owner"], one["name"]) for one in known if not _is_open(one["ref"])}
    opened = {(one["owner"], one["name"]) for one in known if _is_open(one["ref"])}
    if any(_is_open(one["ref"]) and (one["owner"], one["name"]) in named - opened for one in new):
        yield "any branch, tag or pull request, where one was named before"


def _is_open(ref: str) -> bool:
    return ref in ("*", "ref:*", "ref:refs/*", "ref:refs/heads/*")
