"""What about an identity provider's subjects is more than one name beside those that a role trusted before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.access_diff.delta import Row
from bot.iam.grant import Grant
from bot.late_pattern import late_pattern
from bot.risk.limiting_conditions import limits

_REPOSITORY = late_pattern(r"(?:repo|project_path|repository):(?P<owner>[^/:*?]+)/(?P<name>[^:*?]+):(?P<ref>.+)")
SUBJECT = ":sub"
"""How the condition key ends that says whom a token stands for."""


def earlier_subjects(grants: Iterable[Grant]) -> tuple[str, ...]:
    """The subjects that some statements of a trust policy name."""
    conditions = (one for grant in grants for one in grant.statement.conditions)
    return tuple(str(value) for one in conditions if one.key.lower().endswith(SUBJECT) for value in one.values)


def subject_news(row: Row, before: Iterable[str]) -> Iterator[str]:
    """Why what a row lets in is more than one more of the same, in words; nothing where nobody was let in before."""
    known, new = _repositories(before), _let_in(row)
    if known and not _owners(new) <= _owners(known):
        yield "a repository of another owner than those before"
    if _opened(new) & (_named(known) - _opened(known)):
        yield "any branch, tag or pull request, where one was named before"


def opens_repository(row: Row) -> bool:
    """Whether a row lets in any branch, tag or pull request of a repository."""
    return bool(_opened(_let_in(row)))


def _let_in(row: Row) -> list[re.Match[str]]:
    naming = (one for one in row.conditions if one.key.lower().endswith(SUBJECT) and limits(one))
    return _repositories(value for one in naming for value in one.values)


def _owners(repositories: Iterable[re.Match[str]]) -> set[str]:
    return {one["owner"].lower() for one in repositories}


def _repositories(subjects: Iterable[str]) -> list[re.Match[str]]:
    return [found for found in map(_REPOSITORY.fullmatch, subjects) if found]


def _named(repositories: Iterable[re.Match[str]]) -> set[str]:
    return {f"{one['owner']}/{one['name']}" for one in repositories}


def _opened(repositories: Iterable[re.Match[str]]) -> set[str]:
    return _named(one for one in repositories if _is_open(one["ref"]))


def _is_open(ref: str) -> bool:
    return ref in ("*", "ref:*", "ref:refs/*", "ref:refs/heads/*")
