"""Leaves out that somebody joins a group of a cluster where it is told what the group lets them do there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.extract.clusters import may_be_same
from bot.iam.kubernetes_access import GROUPS, MASTERS, group_called
from bot.iam.policy_subject import PolicySubject
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.kubernetes import is_cluster_access

_Joined = tuple[str, str, str]
"""A root, who of AWS, and the group as principals are called."""


def told_once(gains: Iterable[AssessedGrant]) -> tuple[AssessedGrant, ...]:
    """The gains without those that only say in which groups somebody is that are bound in the same cluster."""
    every = tuple(gains)
    told: dict[_Joined, list[PolicySubject]] = {}
    for gain in every:
        for joined in _bound_to(gain):
            told.setdefault(joined, []).append(gain.grant.holder)
    return tuple(gain for gain in every if not _is_told(gain, told))


def _is_told(gain: AssessedGrant, told: Mapping[_Joined, Iterable[PolicySubject]]) -> bool:
    said = _joins(gain)
    return bool(said) and all(
        any(may_be_same(gain.grant.holder, one) for one in told.get(joined, ())) for joined in said
    )


def _bound_to(gain: AssessedGrant) -> set[_Joined]:
    """Whom a binding lets do something together with a group that it names."""
    principals = gain.grant.change.statement.principals
    if principals is None or not is_cluster_access(gain.grant.row.actions):
        return set()
    named = [str(entry.identifier) for entry in principals.entries]
    return {(gain.grant.holder.root, one.name, other) for one in gain.grant.row.principals for other in named}


def _joins(gain: AssessedGrant) -> set[_Joined]:
    """Who is in which groups, if a gain says nothing else; empty for the masters, who are told by that alone."""
    grant = gain.grant
    conditions = grant.row.conditions
    if not is_cluster_access(grant.row.actions) or [one.key for one in conditions] != [GROUPS]:
        return set()
    names = [] if MASTERS in conditions[0].values else conditions[0].values
    return {(grant.holder.root, one.name, group_called(name)) for one in grant.row.principals for name in names}
