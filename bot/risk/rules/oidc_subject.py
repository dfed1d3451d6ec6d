"""A trust in an identity provider whose subject is missing or a wide pattern."""

from __future__ import annotations

from bot.iam.grant import HolderKind
from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.who import Who
from bot.risk.words import holder_name


def _matches(gain: Gain) -> bool:
    return gain.holder.kind is HolderKind.TRUST and bool(gain.outsiders & {Who.PROVIDER, Who.SUBJECT_PATTERN})


def _says(gain: Gain) -> str:
    if Who.PROVIDER in gain.outsiders:
        return (
            f"become role {holder_name(gain.holder)} as any subject of the provider: any repository, any account of it"
        )
    return f"become role {holder_name(gain.holder)} as any subject that matches a pattern"


RULE = Rule(
    "oidc-subject",
    _matches,
    _says,
    "Require the provider's sub claim to equal the one repository and branch or service account that needs the role.",
)
