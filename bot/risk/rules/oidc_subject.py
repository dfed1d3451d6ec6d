"""A trust in an identity provider whose subject is missing or a wide pattern."""

from __future__ import annotations

from bot.iam.grant import HolderKind
from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.who import Who
from bot.risk.words import called, few


def _matches(gain: Gain) -> bool:
    return gain.holder.kind is HolderKind.TRUST and bool(gain.outsiders & {Who.PROVIDER, Who.SUBJECT_PATTERN})


def _says(gain: Gain, shown: int) -> str:
    role = f"become role {called(gain.holder)}"
    if Who.PROVIDER in gain.outsiders:
        return f"{role}, whichever repository or account of it asks"
    patterns = [value for one in gain.shown.conditions if one.key.lower().endswith(":sub") for value in one.values]
    return f"{role} for every subject like {few(patterns, shown)}"


RULE = Rule(
    "oidc-subject",
    _matches,
    _says,
    "Require the provider's sub claim to equal the one repository and branch or service account that needs the role.",
)
