"""What a text must be like before GitLab gets it: within its limit, and no line of it an order to GitLab."""

from __future__ import annotations

import re

from bot.late_pattern import late_pattern

MAX_BODY = 1_000_000
"""Characters of a comment: https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics"""

_ORDER = late_pattern(r"^([ \t]*)/", re.MULTILINE)
_ESCAPED_ORDER = late_pattern(r"^([ \t]*)\\/", re.MULTILINE)
_SUGGESTION = late_pattern(r"^(`{3,})suggestion$", re.MULTILINE)
_SUGGESTED_ORDER = late_pattern(r"^(`{3,})suggestion\n(?=[ \t]*/)", re.MULTILINE)

_GITLABS = "suggestion:-0+0"
_NOT_SUGGESTED = "no-suggestion"


def for_gitlab(body: str) -> str:
    """A body in GitLab's dialect.

    Suggestions name the lines they replace: this one and none around it. A line that begins with a slash could be a
    quick action ("/merge"), which GitLab carries out with the bot's rights; older versions see one in a code block,
    too, if that has more than three backticks. So none does: the slash is escaped, and a suggestion that would need
    one is shown as plain code.
    """
    text = _SUGGESTED_ORDER.sub(rf"\1{_NOT_SUGGESTED}\n", body)
    text = _ORDER.sub(r"\1\\/", text)
    text = _SUGGESTION.sub(rf"\1{_GITLABS}", text)
    return text if len(text) <= MAX_BODY else text[: MAX_BODY - 1] + "…"


def from_gitlab(body: str) -> str:
    """The body that `for_gitlab` was given: what reads the same must not be written again."""
    text = re.sub(rf"^(`{{3,}})(?:{re.escape(_GITLABS)}|{_NOT_SUGGESTED})$", r"\1suggestion", body, flags=re.MULTILINE)
    return _ESCAPED_ORDER.sub(r"\1/", text)
