"""GitHub's webhook deliveries: are they authentic, and what do they ask for? Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from bot.forge.event import Closed, CommandGiven, Event, Ignored, ReviewWanted
from bot.forge.port import ChangeRef

FORGE = "github"

CHECK_NAME = "iam-review"
"""The name of the bot's check run, or the context of its commit status."""

RERUN_ACTION = "rerun"
"""The identifier of the check's button that asks for another review."""

_COMMAND = "/iam"

# The name goes into addresses: nothing else may come with it.
_FULL_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*/(?!\.{1,2}\Z)[A-Za-z0-9_.-]+")

Payload = Mapping[str, Any]


class _Incomplete(Exception):
    """The payload lacks a field; the message names it."""


def is_authentic(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed exactly this body (`X-Hub-Signature-256`)."""
    given = _header(headers, "X-Hub-Signature-256").encode("utf-8", "replace")
    right = [
        b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
        for secret in secrets
        if secret
    ]
    # Each secret is compared, so that the time does not tell which one fitted.
    return any([hmac.compare_digest(given, signature) for signature in right])  # noqa: C419


def _signature(body: bytes, secret: str) -> bytes:
    return b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()


def delivery(headers: Mapping[str, str]) -> tuple[str, str]:
    """The delivery's id, which stays the same when it is delivered again, and the event's name; "" if not said."""
    return _header(headers, "X-GitHub-Delivery"), _header(headers, "X-GitHub-Event")


def read_event(headers: Mapping[str, str], body: bytes) -> Event:
    """What an authentic delivery asks for. Never raises: what is not understood is Ignored, with the reason."""
    _, name = delivery(headers)
    reader = _EVENTS.get(name)
    if reader is None:
        return Ignored(f"event {name!r} is not handled")
    try:
        return reader(_payload(headers, body))
    except _Incomplete as incomplete:
        return Ignored(f"event {name!r}: {incomplete}")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def _payload(headers: Mapping[str, str], body: bytes) -> Payload:
    try:
        text = body.decode("utf-8")
        if _header(headers, "Content-Type").startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text).get("payload", [""])[0]
        payload = json.loads(text)
    except (ValueError, RecursionError):
        raise _Incomplete("the body is not JSON") from None
    if not isinstance(payload, dict):
        raise _Incomplete("the body is not a JSON object")
    return payload


def _field(payload: Payload, path: str, kind: type[Any]) -> Any:
    """The value at a dotted path; raises _Incomplete unless it is there and of that type."""
    value: Any = payload
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _Incomplete(f"the payload lacks {path}")
    return value


def _reference(payload: Payload, number: int) -> ChangeRef:
    installation = payload.get("installation")
    identity = installation.get("id") if isinstance(installation, dict) else None
    repository = _field(payload, "repository.full_name", str)
    if not _FULL_NAME.fullmatch(repository):
        raise _Incomplete("repository.full_name is no repository's name")
    return ChangeRef(
        forge=FORGE,
        repository=repository,
        number=number,
        installation=identity if isinstance(identity, int) else None,
    )


def _is_bot(user: object) -> bool:
    return isinstance(user, dict) and (user.get("type") == "Bot" or str(user.get("login", "")).endswith("[bot]"))


def _ping(payload: Payload) -> Event:
    return Ignored("ping")


_REVIEWED_ACTIONS = ("opened", "synchronize", "reopened", "ready_for_review")


def _pull_request(payload: Payload) -> Event:
    action = _field(payload, "action", str)
    ref = _reference(payload, _field(payload, "pull_request.number", int))
    if action == "closed":
        return Closed(ref)
    retargeted = action == "edited" and isinstance(payload.get("changes"), dict) and "base" in payload["changes"]
    if action in _REVIEWED_ACTIONS or retargeted:
        return ReviewWanted(ref, _field(payload, "pull_request.head.sha", str), f"pull_request {action}")
    return Ignored(f"pull_request {action} changes no code")


def _issue_comment(payload: Payload) -> Event:
    _field(payload, "issue", dict)
    if not isinstance(payload["issue"].get("pull_request"), dict):
        return Ignored("a comment on an issue")
    return _comment(payload, "issue.number", "issues/comments")


def _review_comment(payload: Payload) -> Event:
    return _comment(payload, "pull_request.number", "pulls/comments")


def _comment(payload: Payload, number: str, kind: str) -> Event:
    """A command, if a person has just written one: bots, edits and quotations are not heard."""
    action = _field(payload, "action", str)
    if action != "created":
        return Ignored(f"a comment was {action}")
    if _is_bot(payload.get("sender")) or _is_bot(payload.get("comment", {}).get("user")):
        return Ignored("a comment by a bot")
    text = _field(payload, "comment.body", str)
    first_line = text.split("\n", 1)[0]
    if first_line.split()[:1] != [_COMMAND] or first_line[:1].isspace():
        return Ignored("a comment without a command")
    return CommandGiven(
        ref=_reference(payload, _field(payload, number, int)),
        comment=f"{kind}/{_field(payload, 'comment.id', int)}",
        author=_field(payload, "comment.user.login", str),
        text=text,
    )


def _check_run(payload: Payload) -> Event:
    action = _field(payload, "action", str)
    if _field(payload, "check_run.name", str) != CHECK_NAME:
        return Ignored("a check run of someone else")
    button = payload.get("requested_action")
    pressed = button.get("identifier") if isinstance(button, dict) else None
    if action != "rerequested" and not (action == "requested_action" and pressed == RERUN_ACTION):
        return Ignored(f"check_run {action}")
    # Pull requests from forks are missing in the payload's list: the bot wrote the number into external_id itself.
    _, hash_sign, number = str(payload["check_run"].get("external_id") or "").rpartition("#")
    if not (hash_sign and number.isdecimal()):
        return Ignored("a check run that names no pull request")
    return ReviewWanted(
        _reference(payload, int(number)), _field(payload, "check_run.head_sha", str), "re-run was asked for"
    )


_EVENTS: Mapping[str, Callable[[Payload], Event]] = {
    "ping": _ping,
    "pull_request": _pull_request,
    "issue_comment": _issue_comment,
    "pull_request_review_comment": _review_comment,
    "check_run": _check_run,
}
