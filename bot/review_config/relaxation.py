"""Whether a change loosens a setting that has parts: of the rules before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from bot.late_pattern import late_pattern
from bot.review.identity import read_fingerprint
from bot.review_config.accounts import own_accounts
from bot.review_config.scales import GRADINGS, THRESHOLDS
from bot.review_config.settings import Guardrails, PathRule, ReviewConfig, RootRule


def paths(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Whether some files have a higher threshold than before; that for all files is looked at by itself."""
    return any(
        _higher(name, (before, old), (after, new))
        for before, after in successors(old.paths, new.paths)
        for name in ("fail_at", "comment_at")
    )


def _higher(
    name: str, before: tuple[PathRule | None, ReviewConfig], after: tuple[PathRule | None, ReviewConfig]
) -> bool:
    own = [getattr(rule, name, None) for rule, _ in (before, after)]
    if own == [None, None]:
        return False
    was, now = (given or getattr(rules, name) for given, (_, rules) in zip(own, (before, after), strict=True))
    return THRESHOLDS.index(now) < THRESHOLDS.index(was)


def gradings(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Whether a rule is graded lower, or switched off.

    A rule left alone has its own grade, which a fixed one may be below; only critical never is.
    """
    return any(_lower(old.rules.get(name), new.rules.get(name)) for name in old.rules.keys() | new.rules.keys())


def _lower(before: str | None, now: str | None) -> bool:
    if before is None or now is None:
        return now not in (None, "critical") if before is None else before != "off"
    return GRADINGS.index(now) < GRADINGS.index(before)


def guardrails(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Whether less is forbidden, or to fewer; why it is may be said in other words."""
    return _forbids_less(old.guardrails, new.guardrails)


def _forbids_less(old: Guardrails, new: Guardrails) -> bool:
    forbidden, now = ({(one.actions, one.resources) for one in each.never_grant} for each in (old, new))
    kept = forbidden <= now and set(old.reference_policies) <= set(new.reference_policies)
    return not kept or not set(new.exempt_principals) <= set(old.exempt_principals)


def roots(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Whether a further account becomes one's own, or some root is no longer evaluated as it was.

    In another account or region, with another first var file: what was there may be gone from what is looked at.
    """
    if not {root.account_id for root in new.roots if root.account_id} <= own_accounts(old):
        return True
    return any(
        _otherwise(before or _ANY_ROOT, after or _ANY_ROOT) for before, after in successors(old.roots, new.roots)
    )


_ANY_ROOT = RootRule("**")
"""How a root is evaluated that no rule speaks of."""


def _otherwise(before: RootRule, after: RootRule) -> bool:
    where = [(root.account_id, root.region, root.partition) for root in (before, after)]
    return where[0] != where[1] or any(
        not set(was) <= set(now) or bool(now) > bool(was)
        for was, now in ((before.var_files, after.var_files), (before.workspaces, after.workspaces))
    )


def waivers(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Further ones, or longer ones; a reason in better words is neither."""
    until = {(waiver.fingerprint, waiver.scope): waiver.until for waiver in old.waivers}
    return any(
        waiver.until > max(until.get((named, waiver.scope), "") for named in _names(waiver.fingerprint))
        for waiver in new.waivers
    )


def _names(fingerprint: str) -> tuple[str, ...]:
    """What the same finding may have been called: a whole one for what is shown of it loosens nothing."""
    found = read_fingerprint(fingerprint)
    return (fingerprint, str(found.short)) if found else (fingerprint,)


Rule = TypeVar("Rule", PathRule, RootRule)

_WILD = late_pattern(r"[*?\[]")


def successors(old: Sequence[Rule], new: Sequence[Rule]) -> Iterator[tuple[Rule | None, Rule | None]]:
    """Each pair of the rule that counted for some file and the one that will; None where none does.

    The first rule whose pattern matches counts. Whether two patterns have a file in common is not worked out: only
    those whose literal beginnings differ have none, so that what is said to be possible is rather too much.
    """
    was, will = _places(old), _places(new)
    for before in (*range(len(old)), None):
        for after in (*range(len(new)), None):
            one = None if before is None else old[before]
            other = None if after is None else new[after]
            # Whoever was matched by a pattern that is still there is matched by it or by an earlier one, and so back.
            forwards = one is None or one.path not in will or (after is not None and after <= will[one.path])
            back = other is None or other.path not in was or (before is not None and before <= was[other.path])
            if forwards and back and not (one and other and _apart(one.path, other.path)):
                yield one, other


def _places(rules: Sequence[Rule]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, rule in enumerate(rules):
        places.setdefault(rule.path, number)
    return places


def _apart(one: str, other: str) -> bool:
    """Whether no file can match both."""
    first, second = (_WILD.split(path.strip("/").removeprefix("./"))[0] for path in (one, other))
    return not (first.startswith(second) or second.startswith(first))
