"""Somebody comes to administer a cluster: by all of its API, or by what makes others of them."""

from __future__ import annotations

from bot.risk.grading import GradedGrant
from bot.risk.kubernetes import is_all_of_cluster, is_cluster_access
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


RULE = access_rule(
    "cluster-administrator",
    _matches,
    _says,
    "Bind a role with the verbs and resources that are needed, in the namespaces that need them.",
)
