"""Any other access to what is in a cluster."""

from __future__ import annotations

from bot.risk.advice.steps import always
from bot.risk.grading import GradedGrant
from bot.risk.kubernetes import is_cluster_access
from bot.risk.rules.rule import access_rule
from bot.risk.wording.cluster_words import cluster_name, cluster_words


def _matches(grant: GradedGrant) -> bool:
    return grant.on_resource and is_cluster_access(grant.row.actions)


def _says(grant: GradedGrant, shown: int) -> str:
    return f"use {cluster_name(grant.holder)}: {cluster_words(grant.shown, shown)}"


RULE = access_rule(
    "cluster-access",
    _matches,
    _says,
    always("Name the namespace, the resources and the verbs that it needs"),
)
