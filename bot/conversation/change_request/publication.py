"""Decides what to write on a change request, given what the bot has written there before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from bot.forges.port import Conversation, PostedComment, ReviewComment
from bot.frozen import dataclass
from bot.render.gone import Gone, gone_comment
from bot.render.markdown import html_code
from bot.render.marker import Marker, read_marker
from bot.review.identity import ThreadKey

MAX_BODY = 65_000
"""A little less than the forges' limit of characters for one comment."""

BACK = Gone("back")

NOTHING_LEFT = "**No new access any more.** The head grants nothing that the base does not."


@dataclass(frozen=True, slots=True)
class WantedComments:
    """What a review wants to be seen. `summary` None: there is nothing a reader needs to know.

    `present` are the threads of everything the review found, commented on or not; `gone` says what became of what is
    not in it, `otherwise` of what nothing is known about but that it was new against this `base`. `accepted` are the
    bodies of comments on what was accepted: one that is there is changed to that, none is posted. `same` gives the key
    that a thread begun under an earlier version of keys has now.
    """

    head: str
    comments: tuple[ReviewComment, ...]
    present: frozenset[ThreadKey]
    summary: str | None
    accepted: Mapping[ThreadKey, str] = field(default_factory=dict)
    gone: Mapping[ThreadKey, Gone] = field(default_factory=dict)
    otherwise: Gone = Gone("unreported")
    base: str = ""
    same: Mapping[ThreadKey, ThreadKey] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the body of `comment`; None writes a new comment on the change request as a whole.

    `resolve` says that its thread is done with.
    """

    comment: PostedComment | None
    body: str
    resolve: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """Inline comments to post in one review, and comments to rewrite in place."""

    post: tuple[ReviewComment, ...]
    edits: tuple[Edit, ...]


def plan(conversation: Conversation, wanted: WantedComments) -> Publication:
    """Post what is new, rewrite what reads differently, say what became of what is gone, leave the rest alone."""
    inline = tuple(_inline(conversation, wanted.same))
    posted = _by_thread(inline)
    post: list[ReviewComment] = []
    edits: list[Edit] = []
    # One comment for each thread: of two, the second could not be told from the first the next time.
    once = {comment.thread: comment for comment in reversed(wanted.comments)}
    for comment in (_with_marker(comment, wanted) for comment in wanted.comments if once[comment.thread] is comment):
        earlier = posted.get(comment.thread)
        if earlier is None or (_is_done(earlier) and earlier.line is None):
            post.append(comment)  # a comment that is back after its line has gone would stand where nobody looks
        elif _text(earlier.body) != _text(comment.body):
            edits.append(Edit(earlier, comment.body))
    edits += _accepted(posted, wanted)
    told = {id(edit.comment) for edit in edits}
    rest = (one for one in inline if id(one[1]) not in told)
    return Publication(tuple(post), (*edits, *_gone(rest, wanted)))


def _gone(rest: Iterable[tuple[ThreadKey, PostedComment]], wanted: WantedComments) -> Iterator[Edit]:
    """Comments on what is not found any more; only what is fixed is done with.

    What was called fixed before is looked at again: it is not as soon as the request that proved it may be allowed
    again, nor if its finding is there again and told of elsewhere.
    """
    there = wanted.present | {comment.thread for comment in wanted.comments}
    for thread, comment in rest:
        gone = BACK if thread in there else wanted.gone.get(thread) or _unknown(comment, wanted)
        if gone.kind == "fixed" if _is_fixed(comment) else gone is BACK:
            continue
        body = gone_comment(comment.body, wanted.head, gone)
        if _text(comment.body) != _text(body):
            yield Edit(comment, body, resolve=gone.kind == "fixed")


def _unknown(comment: PostedComment, wanted: WantedComments) -> Gone:
    """What became of something of which nothing is known: what was new against another base, this one may allow."""
    marker = read_marker(comment.body)
    same = marker is not None and marker.base == wanted.base != ""
    return wanted.otherwise if same or wanted.otherwise.kind != "fixed" else Gone("unreported")


def _accepted(posted: Mapping[ThreadKey, PostedComment], wanted: WantedComments) -> Iterator[Edit]:
    """Comments on what has been accepted since, changed to say so."""
    open_ones = {comment.thread for comment in wanted.comments}
    for thread, text in wanted.accepted.items():
        # The thread is found by the digits that are shown: what is open there is not said to be accepted.
        comment = None if thread in open_ones else posted.get(thread)
        body = _marked(text, Marker(thread, wanted.head))
        if comment is not None and _text(comment.body) != _text(body):
            yield Edit(comment, body, resolve=True)


def plan_summary(conversation: Conversation, wanted: WantedComments, refused: tuple[ReviewComment, ...]) -> Edit | None:
    """The sticky comment's next text, with the inline comments the forge refused; None leaves things as they are."""
    sticky = _sticky(conversation)
    body = wanted.summary
    if body is None and refused:
        body = f"{Marker('summary', wanted.head)}\n"
    if body is None:
        if sticky is None:
            return None
        body = f"{Marker('summary', wanted.head)}\n{NOTHING_LEFT}\n"
    body = _with_refused(_marked(body, Marker("summary", wanted.head)), refused)
    if sticky is not None and _text(sticky.body) == _text(body):
        return None
    return Edit(sticky, body)


def _by_thread(inline: Iterable[tuple[ThreadKey, PostedComment]]) -> dict[ThreadKey, PostedComment]:
    """The last inline comment of each thread, one on what was there before one on what was gone."""
    return dict(sorted(inline, key=lambda one: _is_done(one[1]), reverse=True))


def _inline(
    conversation: Conversation, same: Mapping[ThreadKey, ThreadKey]
) -> Iterator[tuple[ThreadKey, PostedComment]]:
    """The inline comments, each with the thread of its finding."""
    for comment in conversation.comments:
        marker = read_marker(comment.body)
        if comment.kind == "inline" and marker is not None and marker.thread is not None:
            yield same.get(marker.thread, marker.thread), comment


def _sticky(conversation: Conversation) -> PostedComment | None:
    for comment in conversation.comments:
        marker = read_marker(comment.body)
        if marker is not None and marker.what == "summary":
            return comment
    return None


def _is_done(comment: PostedComment) -> bool:
    marker = read_marker(comment.body)
    return marker is not None and (marker.fixed or marker.gone)


def _is_fixed(comment: PostedComment) -> bool:
    marker = read_marker(comment.body)
    return marker is not None and marker.fixed


def _marked(body: str, marker: Marker) -> str:
    return body if read_marker(body) else f"{marker}\n{body}"


def _with_marker(comment: ReviewComment, wanted: WantedComments) -> ReviewComment:
    rest = comment.body.partition("\n")[2] if read_marker(comment.body) else comment.body
    marker = Marker(comment.thread, wanted.head, base=wanted.base)
    return dataclasses.replace(comment, body=f"{marker}\n{rest}")


def _text(body: str) -> str:
    """A body without what differs although it reads the same: the marker's head, line ends, outer blanks."""
    marker = read_marker(body)
    rest = body.replace("\r\n", "\n").partition("\n")[2] if marker else body
    state = " fixed" if marker and marker.fixed else " gone" if marker and marker.gone else ""
    return f"{marker.what if marker else ''}{state}\n{rest.strip()}"


def _with_refused(body: str, refused: tuple[ReviewComment, ...]) -> str:
    """Append comments that found no place on the diff; those that do not fit are counted."""
    if not refused:
        return body
    parts = [body.rstrip(), "\n\n**On lines that cannot carry a comment**\n"]
    room = MAX_BODY - len(body) - 200
    for number, comment in enumerate(refused):
        place = f"{comment.path}:{comment.line}" if comment.line else comment.path
        text = f"\n<details><summary>{html_code(place)}</summary>\n\n{_told(comment)}\n\n</details>\n"
        if len(text) > room:
            parts.append(f"\n{len(refused) - number} more are in the check.\n")
            break
        parts.append(text)
        room -= len(text)
    return "".join(parts)


def _inapplicable(body: str) -> str:
    """A suggestion that must not be applied any more, or cannot be where it stands, as plain code."""
    return body.replace("```suggestion", "```")


def _told(comment: ReviewComment) -> str:
    body = comment.body.partition("\n")[2] if read_marker(comment.body) else comment.body
    return _inapplicable(body.strip())
