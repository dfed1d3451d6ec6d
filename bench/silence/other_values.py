"""Another value in place of a literal, of the same sort, so that what was valid Terraform stays so."""

from __future__ import annotations

import re

from bench.silence.written import Spot

OTHER_ACCOUNT = "999988887777"
ADMINISTRATOR = "AdministratorAccess"

KEPT = frozenset(
    {
        "Comment", "Id", "Sid", "Type", "Version", "alias", "backend", "comment", "depends_on", "description",
        "effective_date", "error_message", "ignore_changes", "principal_type", "required_version", "sid", "source",
        "target_type", "test", "type", "validation", "variable", "version",
    }
)  # fmt: skip
"""Names whose values are of few words, or say nothing to a service."""

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ACTION = re.compile(r"[a-z][a-z0-9-]+:[A-Za-z*]+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")
_SWAPPED = {"Deny": "Allow", "true": "false", "false": "true"}
_OF_ACCOUNT = re.compile(r"arn:[a-z-]+:(iam|sts)::")
"""An ARN as far as the account that follows."""

_ALONE = ("*", "AWS", "Allow", "Federated", "Service")
_PLACE = re.compile(r"[a-z]{2}(-[a-z]+)+-\d[a-z]?")


def other(spot: Spot) -> str | None:
    """Another text for a literal; None where there is none of its sort."""
    if KEPT.intersection(spot.path):
        return None
    if not spot.quoted:
        return _number(spot.text)
    found = _less(spot.text) if spot.denied and _ACTION.fullmatch(spot.text) else _text(spot.text)
    return None if found == spot.text else found


def _less(action: str) -> str | None:
    """An action in place of one that is denied: whatever is denied besides lets nobody do more."""
    service, _, name = action.partition(":")
    return f"{service}:TagResource" if name != "TagResource" else None


def _number(text: str) -> str | None:
    if text in ("true", "false"):
        return _SWAPPED[text]
    return str(int(text) + 1) if text.isdecimal() else None


def _text(text: str) -> str | None:
    if text in _SWAPPED:
        return _SWAPPED[text]
    if text in _ALONE:
        return None  # whatever takes its place is less
    if _PLACE.fullmatch(text) or not re.search(r"[A-Za-z0-9*]", text):
        return None
    if _ACCOUNT.search(text):
        return _ACCOUNT.sub(OTHER_ACCOUNT, text)
    if ":aws:policy/" in text:
        return f"{text.rpartition('/')[0]}/{'PowerUserAccess' if text.endswith(ADMINISTRATOR) else ADMINISTRATOR}"
    if text.startswith("arn:"):
        return None if _OF_ACCOUNT.fullmatch(text) else _other_name(text)
    if _ACTION.fullmatch(text):
        return None if text.endswith(":*") else f"{text.partition(':')[0]}:*"
    if _SERVICE.fullmatch(text):
        return "ecs-tasks.amazonaws.com" if text == "lambda.amazonaws.com" else "lambda.amazonaws.com"
    if text.endswith(("*", ":root")):
        return None  # the same: all of what begins so, a whole account
    return f"{text}other" if text[-1] in "/-_.:" else f"{text}-other"


def _other_name(arn: str) -> str:
    """The ARN of another thing of its kind."""
    start, slash, name = arn.rpartition("/")
    if not slash or not name.strip("*"):
        start, slash, name = arn.rpartition(":")
    return f"{start}{slash}other-{name}" if name != "*" else f"{start}{slash}other"
