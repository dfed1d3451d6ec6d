"""Somebody comes to administer a cluster: by all of its API, or by what makes others of them."""

from __future__ import annotations

from bot.risk.advice.steps import Advice, Fixed
from bot.risk.grading import GradedGrant
from bot.risk.kubernetes import is_all_of_cluster, is_cluster_access, is_master
from bot.risk.rules.rule import access_rule
from bot.risk.score_table import TableRow
from bot.risk.wording.cluster_words import cluster_name, cluster_words


def _matches(grant: GradedGrant) -> bool:
    return grant.on_resource and is_cluster_access(grant.row.actions) and TableRow.ADMINISTER in grant.kinds


def _says(grant: GradedGrant, shown: int) -> str:
    cluster, what = cluster_name(grant.holder), cluster_words(grant.shown, shown)
    if is_all_of_cluster(grant.row.conditions):
        return f"become administrator of {cluster}: {what}"
    return f"come to the rights of others in {cluster}, as its administrators do: {what}"


def _advises(grant: GradedGrant) -> Advice:
    what = "with the verbs and resources that are needed, in the namespaces that need them"
    if is_master(grant.row.conditions):
        return (Fixed(f"Put it in a group of its own in place of system:masters, and bind that to a role {what}"),)
    return (Fixed(f"Bind a role {what}"),)


RULE = access_rule(
    "cluster-administrator",
    _matches,
    _says,
    _advises,
)
