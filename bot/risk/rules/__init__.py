"""The rules, most telling first: the first that applies names a finding, the others stand in its `also`."""

from __future__ import annotations

from bot.risk.rules import (
    administrator_access,
    assumerole_unscoped,
    boundary_removed,
    condition_weakened,
    confused_deputy,
    credentials_exposure,
    cross_account,
    data_read,
    deny_weakened,
    escalation,
    limit_weakened,
    new_access,
    new_reach,
    not_action_allow,
    oidc_subject,
    passrole_unscoped,
    permissions_management,
    public_access,
    service_wide_wildcard,
    trust_widened,
    wildcard_action,
    wildcard_resource,
)
from bot.risk.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    new_reach.RULE,
    limit_weakened.RULE,
    administrator_access.RULE,
    escalation.RULE,
    public_access.RULE,
    oidc_subject.RULE,
    boundary_removed.RULE,
    deny_weakened.RULE,
    condition_weakened.RULE,
    not_action_allow.RULE,
    service_wide_wildcard.RULE,
    passrole_unscoped.RULE,
    assumerole_unscoped.RULE,
    permissions_management.RULE,
    credentials_exposure.RULE,
    cross_account.RULE,
    confused_deputy.RULE,
    trust_widened.RULE,
    wildcard_resource.RULE,
    wildcard_action.RULE,
    data_read.RULE,
    new_access.RULE,
)
