"""What an earlier inline comment says once its finding is not in the newest review any more."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

from bot.frozen import dataclass
from bot.render.markdown import code, words
from bot.render.marker import State, read_marker
from bot.review.model import Finding


@dataclass(frozen=True, slots=True)
class Gone:
    """What became of a finding. `by` is the one that tells of it now, `why` what keeps it from being known.

    "fixed": all that proved it is refused. "replaced": another finding covers it. "at-base": it is not new any more.
    "allowed": it is, and no finding tells of it. "unchecked": it could not be looked at. "unreported": nothing is left
    that proved it. "back": it is there again, and told of elsewhere. "moved": it is there as it was, on another line.
    """

    kind: Literal["fixed", "replaced", "at-base", "allowed", "unchecked", "unreported", "back", "moved"]
    by: Finding | None = None
    why: str = ""


_STATES: Mapping[str, State] = {"fixed": "fixed", "moved": "moved"}


def gone_comment(body: str, head: str, gone: Gone) -> str:
    """An earlier inline comment with what became of its finding ahead of it, in place of what was said there before.

    A suggestion that must not be applied any more, or cannot be where it stands, becomes plain code.
    """
    marker = read_marker(body)
    if marker is None:
        return body
    first, _, rest = body.replace("\r\n", "\n").partition("\n")
    rest = rest.strip()
    if not marker.is_open:
        rest = rest.partition("\n\n")[2].lstrip()
    now = dataclasses.replace(marker, head=head, state=_STATES.get(gone.kind, "gone"))
    new_first = first.replace(str(marker), str(now), 1)
    told = (new_first, _said(gone), rest.replace("```suggestion", "```"))
    return "\n\n".join(part for part in told if part)


def _said(gone: Gone) -> str:
    """One paragraph."""
    named = f"{code(gone.by.fingerprint)} ({words(gone.by.title)})" if gone.by else ""
    match gone.kind:
        case "fixed":
            return "**Fixed**: the head no longer grants this."
        case "replaced":
            return f"**Replaced by** {named}: {words(gone.why) or 'the head still allows what proved this'}."
        case "at-base":
            return "**Still allowed, but no longer new**: the base allows it as well."
        case "allowed":
            return "**Still allowed** at the head, though no finding tells of it any more."
        case "moved":
            return "**Moved**: what there is to say about it stands where the line is now."
        case "back":
            return "**Back**: the head grants this again. What there is to say about it stands elsewhere."
        case "unchecked":
            return f"**Could not be checked**: {words(gone.why)}. This may still be allowed."
    more = f"; see {named}" if named else ""
    return f"**No longer reported as such**: nothing proves here that it is gone{more}."
