"""What somebody may do in a cluster, in words that those who run clusters use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.access_diff.delta import ConditionView, Row
from bot.extract.clusters import SOME
from bot.iam.arn import is_everything
from bot.iam.kubernetes_access import EVERY_REQUEST, GROUPS, NAMES, NAMESPACES, POLICY, REQUESTS, ROLE
from bot.iam.policy_subject import PolicySubject
from bot.review.prose import counted
from bot.risk.wording.words import cut, few, holder_name

_Said = Mapping[str, tuple[str, ...]]


def cluster_name(cluster: PolicySubject) -> str:
    """ "cluster shop"; "the cluster" where nothing says which it is."""
    known = cluster.name and "${" not in cluster.name
    name = cluster.name if known else holder_name(cluster)
    return "the cluster" if name == SOME else f"cluster {cut(name)}"


def cluster_words(row: Row, shown: int) -> str:
    """What a row lets somebody do in a cluster: "get secrets, list secrets in namespace shop"."""
    said = {one.key: one.values for one in row.conditions}
    what = " and ".join(_what(said, max(shown, 1))) or "what it lets its users do"
    return f"{what}{_of(said, max(shown, 1))}{_where(said, max(shown, 1))}{_besides(row.conditions)}"


def _what(said: _Said, shown: int) -> Iterator[str]:
    if REQUESTS in said:
        requests = said[REQUESTS]
        yield "every request" if EVERY_REQUEST in requests else few(requests, shown)
    if POLICY in said:
        yield few([one.rpartition("/")[2] for one in said[POLICY]], shown)
    if ROLE in said:
        yield f"what role {few(said[ROLE], shown)} allows"
    if GROUPS in said:
        yield f"as a member of {few(said[GROUPS], shown)}"


def _of(said: _Said, shown: int) -> str:
    return f" of {few(said[NAMES], shown)}" if NAMES in said else ""


def _where(said: _Said, shown: int) -> str:
    spaces = said.get(NAMESPACES, ())
    if not spaces or any(map(is_everything, spaces)):
        return ""
    return f" in namespace{'s' if len(spaces) > 1 else ''} {few(spaces, shown)}"


_KNOWN = (REQUESTS, POLICY, ROLE, GROUPS, NAMES, NAMESPACES)


def _besides(conditions: Sequence[ConditionView]) -> str:
    others = sum(one.key not in _KNOWN for one in conditions)
    return f" under {counted(others, 'more condition')}" if others else ""
