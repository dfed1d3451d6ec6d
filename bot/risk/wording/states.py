"""What a finding's holders had before the change and have after it, one line each, and whom it lets in."""

from __future__ import annotations

from collections.abc import Iterable

from bot.access_diff.delta import Row
from bot.iam.arn import service_of
from bot.iam.statement import PolicyKind
from bot.review.prose import Prose
from bot.risk.grading import GradedGrant
from bot.risk.grouping import GrantGroup
from bot.risk.wording.people_let_in import people_of
from bot.risk.wording.titles import become_by, is_new
from bot.risk.wording.words import SHOWN, row_words


def before_words(group: GrantGroup) -> Prose:
    """What kept it from them, or the closest that they had."""
    return Prose(_before(group))


def _before(group: GrantGroup) -> str:
    grant = group.worst.grant
    if grant.kind is PolicyKind.LIMIT:
        return "held back"
    if grant.limit_lost:
        return "held back by a permissions boundary"
    if grant.deny_lost:
        return "forbidden by a Deny"
    before, change = grant.change.before, grant.change
    if before is not None and not (change.stays and _is_another_matter(before, change.row)):
        return f"{row_words(before, with_people=True)}{', which stays' if change.stays else ''}"
    if group.new_principal:
        return "did not exist" if is_new(group) else "no access"
    return "not allowed"


def _is_another_matter(before: Row, now: Row) -> bool:
    """Whether two rows are about other services: one says nothing about the other."""
    return frozenset(map(service_of, before.actions)).isdisjoint(map(service_of, now.actions))


def after_words(group: GrantGroup, extras: Iterable[str] = ()) -> Prose:
    """The worst of what they have now, who comes to it besides, and what they have with it."""
    said = f"{row_words(group.worst.grant.shown, with_people=True)}{become_by(group, SHOWN)}"
    return Prose("; ".join((said, *extras)))


def grant_words(grant: GradedGrant) -> Prose:
    """One grant in a line, with the AWS-managed policy that it comes from."""
    managed = f" ({grant.managed})" if grant.managed else ""
    return Prose(f"{row_words(grant.shown, with_people=True)}{managed}")


def had_words(group: GrantGroup) -> Prose:
    """The worst of what they lose."""
    return Prose(row_words(group.worst.grant.shown, with_people=True))


def left_words(group: GrantGroup) -> Prose:
    """The closest that is left of what they lose."""
    left = group.worst.grant.change.before
    return Prose(row_words(left, with_people=True) if left else "not allowed")


def who_words(group: GrantGroup, most: int) -> tuple[Prose, ...]:
    """Who is let in by a resource or trust policy; nobody where the holder itself gains."""
    gains = [one for one in group.grants if one.on_resource and one.on_resource == group.worst.grant.on_resource]
    return tuple(map(Prose, list(dict.fromkeys(name for one in gains for name in people_of(one)))[:most]))


def doubt_words(group: GrantGroup) -> Prose:
    """Why it could not be settled whether it is new; nothing where it is proved."""
    return Prose(group.worst.grant.change.why)
