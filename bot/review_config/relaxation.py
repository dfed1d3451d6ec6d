"""Which of the settings that a change touches it loosens: a table, setting by setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.review_config.accounts import own_accounts
from bot.review_config.first_match import successors
from bot.review_config.layers import CLOSED, GRADINGS, MODES, THRESHOLDS
from bot.review_config.settings import Guardrails, PathRule, ReviewConfig, RootRule
from bot.risk.fingerprint import SHOWN_DIGITS


def loosened(old: ReviewConfig, new: ReviewConfig, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the changed settings whose new value lets more pass, or lets more people let it pass."""
    return tuple(name for name in changed if name in LOOSER and LOOSER[name](old, new))


def _paths(old: ReviewConfig, new: ReviewConfig) -> bool:
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
    return THRESHOLDS.index(now) > THRESHOLDS.index(was)


def _gradings(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """A rule left alone has its own grade, which a fixed one may be below; only critical never is."""
    return any(_lower(old.get(name), new.get(name)) for name in old.keys() | new.keys())


def _lower(before: str | None, now: str | None) -> bool:
    if before is None or now is None:
        return now not in (None, "critical") if before is None else before != "off"
    return GRADINGS.index(now) < GRADINGS.index(before)


def _guardrails(old: Guardrails, new: Guardrails) -> bool:
    """Whether less is forbidden, or to fewer; why it is may be said in other words."""
    forbidden, now = ({(one.actions, one.resources) for one in each.never_grant} for each in (old, new))
    kept = forbidden <= now and set(old.reference_policies) <= set(new.reference_policies)
    return not kept or not set(new.exempt_principals) <= set(old.exempt_principals)


def _roots(old: ReviewConfig, new: ReviewConfig) -> bool:
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


def _waivers(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Further ones, or longer ones; a reason in better words is neither."""
    until = {(waiver.fingerprint, waiver.scope): waiver.until for waiver in old.waivers}
    return any(
        waiver.until
        > max(until.get((named, waiver.scope), "") for named in (waiver.fingerprint, waiver.fingerprint[:SHOWN_DIGITS]))
        for waiver in new.waivers
    )


LOOSER: dict[str, Callable[[ReviewConfig, ReviewConfig], bool]] = {
    "mode": lambda old, new: MODES.index(new.mode) < MODES.index(old.mode),
    "fail_at": lambda old, new: THRESHOLDS.index(new.fail_at) > THRESHOLDS.index(old.fail_at),
    "comment_at": lambda old, new: THRESHOLDS.index(new.comment_at) > THRESHOLDS.index(old.comment_at),
    "fail_closed": lambda old, new: CLOSED.index(new.fail_closed) < CLOSED.index(old.fail_closed),
    "accounts": lambda old, new: not set(new.accounts) <= own_accounts(old),
    "sensitive_resources": lambda old, new: not set(old.sensitive_resources) <= set(new.sensitive_resources),
    "ignored_paths": lambda old, new: not set(new.ignored_paths) <= set(old.ignored_paths),
    "paths": _paths,
    "rules": lambda old, new: _gradings(old.rules, new.rules),
    "guardrails": lambda old, new: _guardrails(old.guardrails, new.guardrails),
    "roots": _roots,
    "approvers": lambda old, new: not set(new.approvers) <= set(old.approvers),
    "waivers": _waivers,
    "max_waiver_days": lambda old, new: new.max_waiver_days > old.max_waiver_days,
}
NEVER_LOOSER = frozenset({"max_comments", "help_pages"})
"""Settings that change what is said or seen, not what passes."""
