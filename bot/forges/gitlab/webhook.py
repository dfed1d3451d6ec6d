"""GitLab's webhook deliveries: are they authentic, and what do they ask for? Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from bot.forges.event import APPROVAL, Closed, CommandGiven, Event, HeadConcerned, Ignored, ReviewWanted, asked_in
from bot.forges.payload import Incomplete, Payload, header, json_object, moment, value_at
from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

FORGE = "gitlab"

TOLERANCE = 300.0
"""Seconds that a signed delivery's time may differ from ours: what is older may have been recorded and sent again."""

MAX_PATH = 400
"""Characters of a project's full path; what is longer would be cut where it is kept."""

# The name goes into addresses: nothing else may come with it. Groups may be nested.
_PART = r"(?!\.{1,2}(?:/|\Z))[A-Za-z0-9_.][A-Za-z0-9_.-]*"
_FULL_PATH = late_pattern(rf"{_PART}(?:/{_PART})+")

# https://docs.gitlab.com/user/project/settings/project_access_tokens/ "Bot users for projects", the same for groups,
# https://docs.gitlab.com/user/profile/service_accounts/, and GitLab's own internal users.
BOT = late_pattern(
    r"(?:project|group)_\d+_bot(?:_\w+)?|service_account_\w+|"
    r"(?:ghost|alert-bot|support-bot|security-bot|security-policy-bot|migration-bot|automation-bot|duo-code-review-bot)\d*|"
    r"GitLab-(?:Security|Automation|Admin|Duo)-?Bot|GitLabDuo|"
    r"gitlab-dependency-management-bot|gitlab-dependency-update-bot",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What authenticates a delivery: secret tokens that come with it, or signing tokens that it is signed with.

    Any one of them is enough; two of a kind serve for changing them. Empty ones count for nothing.
    """

    tokens: Sequence[str] = field(default=(), repr=False)
    signing_tokens: Sequence[str] = field(default=(), repr=False)


def is_authentic(headers: Mapping[str, str], body: bytes, secrets: Secrets, now: float) -> bool:
    """Whether the delivery carries one of the tokens, or one of the signing tokens signed this body just now.

    `now` is in seconds since 1970.
    """
    # Both are always looked at, so that the time does not tell which one fitted.
    known, signed = _has_token(headers, secrets.tokens), _is_signed(headers, body, secrets.signing_tokens, now)
    return known or signed


def _has_token(headers: Mapping[str, str], tokens: Sequence[str]) -> bool:
    given = header(headers, "X-Gitlab-Token").encode("utf-8", "replace")
    return any([hmac.compare_digest(given, token.encode()) for token in tokens if token])  # noqa: C419


def _is_signed(headers: Mapping[str, str], body: bytes, signing_tokens: Sequence[str], now: float) -> bool:
    """As https://www.standardwebhooks.com has it, which GitLab follows: HMAC-SHA256 over "id.time.body"."""
    identity, moment = header(headers, "webhook-id"), header(headers, "webhook-timestamp")
    # There may be several signatures, of which one must fit: GitLab sends one.
    given = [part.encode("utf-8", "replace") for part in header(headers, "webhook-signature").split(" ")]
    content = f"{identity}.{moment}.".encode("utf-8", "replace") + body
    right = [b"v1," + _signature(token, content) for token in signing_tokens if token]
    fits = any([hmac.compare_digest(one, other) for one in given for other in right])  # noqa: C419
    return fits and bool(identity) and _is_recent(moment, now)


def _is_recent(moment: str, now: float) -> bool:
    return moment.isascii() and moment.isdecimal() and len(moment) < 12 and abs(now - int(moment)) <= TOLERANCE


def _signature(token: str, content: bytes) -> bytes:
    return base64.b64encode(hmac.new(signing_key(token), content, hashlib.sha256).digest())


def signing_key(token: str) -> bytes:
    """The key in a signing token "whsec_BASE64"; a token of any other form is the key itself."""
    encoded = token.removeprefix("whsec_")
    if encoded == token:
        return token.encode()
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return token.encode()


def delivery(headers: Mapping[str, str]) -> tuple[str, str]:
    """The delivery's id, which stays the same when it is delivered again, and the event's name; "" if not said.

    GitLab before 17.4 names no such id; its other ones differ each time, and so only tell deliveries apart.
    """
    names = ("Idempotency-Key", "webhook-id", "X-Gitlab-Webhook-UUID", "X-Gitlab-Event-UUID")
    return next(filter(None, (header(headers, name) for name in names)), ""), header(headers, "X-Gitlab-Event")


def read_event(headers: Mapping[str, str], body: bytes) -> Event:
    """What an authentic delivery asks for. Never raises: what is not understood is Ignored, with the reason."""
    try:
        payload = json_object(body)
        kind = value_at(payload, "object_kind", str)
        reader = _EVENTS.get(kind)
        return Ignored(f"event {kind[:80]!r} is not handled") if reader is None else reader(payload)
    except Incomplete as incomplete:
        return Ignored(f"event {delivery(headers)[1][:80]!r}: {incomplete}")


def _reference(payload: Payload, number: int) -> ChangeRef:
    """`project` is the one that the hook and the merge request belong to, in every kind of event."""
    repository = value_at(payload, "project.path_with_namespace", str)
    if len(repository) > MAX_PATH or not _FULL_PATH.fullmatch(repository):
        raise Incomplete("project.path_with_namespace is no project's path")
    if not 0 < number < 2**31:
        raise Incomplete("the number is no merge request's")
    return ChangeRef(FORGE, repository, number)


def _merge_request(payload: Payload) -> Event:
    # A system hook, or a hook's own test, may lack the action: nothing has happened then.
    attributes = value_at(payload, "object_attributes", dict)
    action = attributes.get("action")
    ref = _reference(payload, value_at(payload, "object_attributes.iid", int))
    if action in ("close", "merge"):
        default = _said(payload, "project", "default_branch")
        return Closed(ref, action == "merge" and bool(default) and attributes.get("target_branch") == default)
    if action in _APPROVING:
        return _approval(payload, attributes, ref)
    reason = _why(str(action), attributes, payload.get("changes"))
    if not reason:
        return Ignored(f"merge_request {str(action)[:80]} changes no code")
    pusher = _said(payload, "user", "username") if reason == _PUSH else ""
    from_fork = attributes.get("source_project_id") != attributes.get("target_project_id")
    return ReviewWanted(ref, _said(attributes, "last_commit", "id"), f"merge_request {reason}", pusher, from_fork)


# One is given or taken back; the long words are of the last that was required, the first that is missing.
_APPROVING = ("approval", "approved", "unapproval", "unapproved")


def _approval(payload: Payload, attributes: Payload, ref: ChangeRef) -> Event:
    """It has no id: what was changed last, and when, tells it from the same person's next one."""
    if attributes.get("system"):
        return Ignored("approvals ended by a push, which tells of itself")
    author, at = value_at(payload, "user.username", str), value_at(payload, "object_attributes.updated_at", str)
    if BOT.fullmatch(author):
        return Ignored("an approval by a bot")
    user = value_at(payload, "user.id", int)
    return CommandGiven(ref, f"approvals/{user}/{attributes['action']}/{at[:40]}", author, APPROVAL, moment(at))


def _said(payload: Payload, thing: str, name: str) -> str:
    """A text that may be missing."""
    value = payload.get(thing)
    said = value.get(name) if isinstance(value, dict) else None
    return said if isinstance(said, str) else ""


_PUSH = "push"


def _why(action: str, attributes: Payload, changes: object) -> str:
    """Why an event of that action asks for a review; "" if it does not."""
    if action in ("open", "reopen"):
        return action
    if action != "update":
        return ""
    # `oldrev` is there only if commits were pushed: https://docs.gitlab.com/user/project/integrations/webhook_events/
    if attributes.get("oldrev"):
        return _PUSH
    changed = changes if isinstance(changes, dict) else {}
    if "target_branch" in changed:
        return "retargeted"
    return "ready" if _is_ready(changed) else ""


def _is_ready(changes: Payload) -> bool:
    """Whether a draft has become ready; GitLab before 13.2 called drafts work in progress."""
    return any(_is_over(changes.get(key)) for key in ("draft", "work_in_progress"))


def _is_over(change: object) -> bool:
    return isinstance(change, dict) and change.get("previous") is True and change.get("current") is False


def _note(payload: Payload) -> Event:
    """A command, if a person has just written one: bots, edits and quotations are not heard."""
    attributes = value_at(payload, "object_attributes", dict)
    if attributes.get("noteable_type") != "MergeRequest":
        return Ignored("a comment on something that is no merge request")
    # GitLab before 16.11 tells no action; it delivered new comments only.
    if attributes.get("action", "create") != "create" or attributes.get("system"):
        return Ignored("not a new comment")
    author = value_at(payload, "user.username", str)
    if BOT.fullmatch(author):
        return Ignored("a comment by a bot")
    text = value_at(payload, "object_attributes.note", str)
    if asked_in(text) is None:
        return Ignored("a comment without a command")
    return CommandGiven(
        ref=_reference(payload, value_at(payload, "merge_request.iid", int)),
        comment=f"{_thread(attributes)}notes/{value_at(payload, 'object_attributes.id', int)}",
        author=author,
        text=text,
        written_at=moment(attributes.get("created_at")),
    )


_DISCUSSION = late_pattern(r"[0-9a-f]{40}")


def _thread(attributes: Payload) -> str:
    """The thread that the comment is part of. An answer to one that is none would begin one, to be resolved."""
    discussion = attributes.get("discussion_id")
    is_thread = attributes.get("type") in ("DiffNote", "DiscussionNote")
    is_id = isinstance(discussion, str) and _DISCUSSION.fullmatch(discussion)
    return f"discussions/{discussion}/" if is_thread and is_id else ""


_PIPELINE_STATES = ("pending", "success", "skipped", "manual")
"""It has begun, has ended well, or waits for somebody. One that failed or was cancelled lets nothing through."""

# External ones are made by statuses, this bot's among them; a child's counts for nothing but its parent.
_OTHERS_PIPELINES = ("external", "parent_pipeline")

_COMMIT = late_pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")


def _pipeline(payload: Payload) -> Event:
    """A pipeline counts now in which the bot's status is not: one that was set before it came is in another.

    A branch's pipeline names no merge request, and one in a fork not the project it goes into: these are found by
    their commit. So it is with "Run pipeline", which anyone who may push can press.
    """
    attributes = value_at(payload, "object_attributes", dict)
    if attributes.get("source") in _OTHERS_PIPELINES or attributes.get("status") not in _PIPELINE_STATES:
        return Ignored("a pipeline that needs no status now")
    head = value_at(payload, "object_attributes.sha", str)
    request = payload.get("merge_request")
    # The project is the pipeline's, which is a fork's if it runs there; the merge request's is the target.
    if isinstance(request, dict) and request.get("target_project_id") == value_at(payload, "project.id", int):
        return ReviewWanted(_reference(payload, value_at(payload, "merge_request.iid", int)), head, "pipeline")
    if attributes.get("tag") is True or not _COMMIT.fullmatch(head):
        return Ignored("a pipeline of no branch")
    return HeadConcerned(FORGE, head, "pipeline")


_EVENTS: Mapping[str, Callable[[Payload], Event]] = {
    "merge_request": _merge_request,
    "note": _note,
    "pipeline": _pipeline,
}

HOOK_EVENTS = ("Merge request events", "Comments", "Pipeline events")
"""What these kinds are called in a webhook's form."""
