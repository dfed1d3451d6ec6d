"""Something that was there runs as another role than before."""

from __future__ import annotations

from bot.iam.grant import Entrants, PoolIdentities
from bot.risk.advice.steps import Advice, always
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.wording.words import holder_words, row_words


def _matches(grant: GradedGrant) -> bool:
    return bool(grant.path)


def _says(grant: GradedGrant, shown: int) -> str:
    role = grant.acts_as
    named = grant.path[-1].to if role is None or not role.called else holder_words(role)
    return f"act as {named}: {row_words(grant.shown, shown)}"


def _advises(grant: GradedGrant) -> Advice:
    if isinstance(grant.runner, Entrants):
        return always("Leave it off where nobody needs it, and allow ecs:ExecuteCommand on this service alone")(grant)
    if isinstance(grant.runner, PoolIdentities) and grant.runner.guests:
        return always("Let in who signs in alone, or give guests a role of their own with what anyone may have")(grant)
    return always("Give it a role of its own with what it needs")(grant)


RULE = access_rule("new-reach", _matches, _says, _advises)
