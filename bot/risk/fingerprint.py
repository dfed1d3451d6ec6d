"""The facts a finding about access is recognised by: what is gained by whom, not where or how it is written."""

from __future__ import annotations

from collections.abc import Iterable

from bot.access_diff.delta import Row
from bot.iam.policy_subject import PolicySubject
from bot.late_pattern import late_pattern
from bot.review.identity import GainedFacts, GainedRow, Identity, identify

_VARIANT = late_pattern(r" \((?:[^()]|\([^()]*\))*\)\Z")


def identity_of(rule: str, holders: Iterable[PolicySubject], rows: Iterable[Row]) -> Identity:
    """Of a rule's finding about these rows. `holders` are the base's where they were paired: a `moved` resource keeps
    its fingerprint."""
    where = frozenset((root_directory(holder.root), holder.kind, holder.address) for holder in holders)
    return identify(GainedFacts(rule, where, tuple(map(_gained, rows))))


def _gained(row: Row) -> GainedRow:
    return GainedRow(
        actions=row.actions,
        except_actions=row.except_actions,
        resources=row.resources,
        except_resources=row.except_resources,
        conditions=tuple((one.operator, one.key, one.values) for one in row.conditions),
        principals=tuple(one.printed for one in row.principals),
    )


def root_directory(root: str) -> str:
    """A root's directory without its variant."""
    return _VARIANT.sub("", root)
