"""Decides what to write on a change request, given what the bot has written there before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from bot.forges.port import Conversation, PostedComment, ReviewComment
from bot.frozen import dataclass
from bot.render.gone import Gone, gone_comment
from bot.render.markdown import html_code
from bot.render.marker import Marker, State, is_closed, read_marker
from bot.review.identity import ThreadKey

MAX_BODY = 65_000
"""A little less than the forges' limit of characters for one comment."""

BACK, MOVED = Gone("back"), Gone("moved")

NOTHING_LEFT = "**No new access any more.** The head grants nothing that the base does not."


@dataclass(frozen=True, slots=True)
class WantedComments:
    """What a review wants to be seen. `summary` None: there is nothing a reader needs to know.

    `present` are the threads of everything the review found, commented on or not; `gone` says what became of what is
    not in it, `otherwise` of what nothing is known about but that it was new against this `base`. `accepted` are the
    bodies of comments on what was accepted: one that is there is changed to that, none is posted. `same` gives the key
    that a thread begun under another key has now. `causes` are what each finding's comment is found by where that
    tells of another one, now gone: the same cause grants something else now.
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
    causes: Mapping[ThreadKey, tuple[str, ...]] = field(default_factory=dict)

    def cause(self, thread: ThreadKey) -> str:
        """What its next comment is found by."""
        return next(iter(self.causes.get(thread, ())), "")

    @property
    def there(self) -> frozenset[ThreadKey]:
        """The threads of what is found."""
        return self.present | {comment.thread for comment in self.comments}


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the body of `comment`; None writes a new comment on the change request as a whole.

    `resolve` says that its thread is done with, or (False) that there is something to say in it again, which the bot
    had done with: what people resolved stays so.
    """

    comment: PostedComment | None
    body: str
    resolve: bool | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Inline comments to post in one review, and comments to rewrite in place."""

    post: tuple[ReviewComment, ...]
    edits: tuple[Edit, ...]


def plan(conversation: Conversation, wanted: WantedComments) -> Publication:
    """Post what is new, rewrite what reads differently, say what became of what is gone, leave the rest alone."""
    inline = _inline(conversation, wanted)
    posted = _by_thread(inline)
    post: list[ReviewComment] = []
    edits: list[Edit] = []
    # One comment for each thread: of two, the second could not be told from the first the next time.
    once = {comment.thread: comment for comment in reversed(wanted.comments)}
    for comment in (_with_marker(comment, wanted) for comment in wanted.comments if once[comment.thread] is comment):
        earlier = posted.get(comment.thread, [])
        goes_on = next((one for one in earlier if _is_seen(one, comment)), None)
        if goes_on is None:
            post.append(comment)
        elif _text(goes_on.body) != _text(comment.body):
            edits.append(_edit(goes_on, comment.body))
        edits += _moved((one for one in earlier if one is not goes_on), comment.thread, wanted)
    edits += _accepted(posted, wanted)
    told = {id(edit.comment) for edit in edits}
    rest = (one for one in inline if id(one[1]) not in told)
    return Publication(tuple(post), (*edits, *_gone(rest, wanted)))


def _is_seen(earlier: PostedComment, comment: ReviewComment) -> bool:
    """Whether an earlier comment stands where people look for it; one on a line that is gone does not."""
    if comment.line is None:
        return not _is_done(earlier)
    return earlier.line is not None and earlier.path == comment.path


def _moved(earlier: Iterable[PostedComment], thread: ThreadKey, wanted: WantedComments) -> Iterator[Edit]:
    """Those that still tell of what another comment tells of now, as comments of the finding that is now."""
    for one in earlier:
        if not _is_done(one):
            told = _marked(one.body, _marker(thread, wanted))
            yield _edit(one, gone_comment(told, wanted.head, MOVED))


def _edit(comment: PostedComment, body: str) -> Edit:
    done = is_closed(body)
    return Edit(comment, body, resolve=done if done or is_closed(comment.body) else None)


def _gone(rest: Iterable[tuple[ThreadKey, PostedComment]], wanted: WantedComments) -> Iterator[Edit]:
    """Comments on what is not found any more; only what is fixed is done with.

    What was called fixed before is looked at again: it is not as soon as the request that proved it may be allowed
    again, nor if its finding is there again and told of elsewhere.
    """
    for thread, comment in rest:
        gone = BACK if thread in wanted.there else wanted.gone.get(thread) or _unknown(comment, wanted)
        if gone.kind == "fixed" if _is_fixed(comment) else gone is BACK:
            continue
        body = gone_comment(comment.body, wanted.head, gone)
        if _text(comment.body) != _text(body):
            yield _edit(comment, body)


def _unknown(comment: PostedComment, wanted: WantedComments) -> Gone:
    """What became of something of which nothing is known: what was new against another base, this one may allow."""
    marker = read_marker(comment.body)
    same = marker is not None and marker.base == wanted.base != ""
    return wanted.otherwise if same or wanted.otherwise.kind != "fixed" else Gone("unreported")


def _accepted(posted: Mapping[ThreadKey, Sequence[PostedComment]], wanted: WantedComments) -> Iterator[Edit]:
    """Comments on what has been accepted since, changed to say so."""
    open_ones = {comment.thread for comment in wanted.comments}
    for thread, text in wanted.accepted.items():
        # The thread is found by the digits that are shown: what is open there is not said to be accepted.
        comment = None if thread in open_ones else next(iter(posted.get(thread, ())), None)
        body = _marked(text, _marker(thread, wanted, "accepted"))
        if comment is not None and _text(comment.body) != _text(body):
            yield _edit(comment, body)


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


def _by_thread(inline: Iterable[tuple[ThreadKey, PostedComment]]) -> dict[ThreadKey, list[PostedComment]]:
    """The inline comments of each thread, the newest first, those on what was there before those on what was gone."""
    found: dict[ThreadKey, list[PostedComment]] = {}
    for thread, comment in inline:
        found.setdefault(thread, []).insert(0, comment)
    return {thread: sorted(comments, key=_is_done) for thread, comments in found.items()}


def _inline(conversation: Conversation, wanted: WantedComments) -> tuple[tuple[ThreadKey, PostedComment], ...]:
    """The inline comments, each with the thread of the finding that it is about now."""
    found = []
    for comment in conversation.comments:
        marker = read_marker(comment.body)
        if comment.kind == "inline" and marker is not None and marker.thread is not None:
            found.append((wanted.same.get(marker.thread, marker.thread), marker, comment))
    goes_on = _going_on([(thread, marker) for thread, marker, _ in found], wanted)
    of_cause = {cause: thread for thread, causes in wanted.causes.items() for cause in causes}

    def now(thread: ThreadKey, marker: Marker) -> ThreadKey:
        left_behind = marker.state == "moved" and thread not in wanted.there
        return of_cause.get(marker.cause, thread) if left_behind else goes_on.get(thread, thread)

    return tuple((now(thread, marker), comment) for thread, marker, comment in found)


def _going_on(found: Sequence[tuple[ThreadKey, Marker]], wanted: WantedComments) -> dict[ThreadKey, ThreadKey]:
    """The threads of findings that are gone, with the one of the finding by the same cause that has no comment yet."""
    known = {thread for thread, _ in found}
    gone: dict[str, list[ThreadKey]] = {}
    for thread, marker in found:
        if thread not in wanted.there and marker.state != "moved":
            gone.setdefault(marker.cause, []).append(thread)
    goes_on: dict[ThreadKey, ThreadKey] = {}
    for new in dict.fromkeys((*(comment.thread for comment in wanted.comments), *wanted.accepted)):
        causes = () if new in known else wanted.causes.get(new, ())
        free = (old for cause in causes for old in gone.get(cause, ()) if old not in goes_on)
        old = next(free, None)
        if old is not None:
            goes_on[old] = new
    return goes_on


def _sticky(conversation: Conversation) -> PostedComment | None:
    for comment in conversation.comments:
        marker = read_marker(comment.body)
        if marker is not None and marker.what == "summary":
            return comment
    return None


def _is_done(comment: PostedComment) -> bool:
    marker = read_marker(comment.body)
    return marker is not None and not marker.is_open


def _is_fixed(comment: PostedComment) -> bool:
    marker = read_marker(comment.body)
    return marker is not None and marker.state == "fixed"


def _marked(body: str, marker: Marker) -> str:
    """A body with that marker, in place of its own if it has one."""
    rest = body.partition("\n")[2] if read_marker(body) else body
    return f"{marker}\n{rest}"


def _with_marker(comment: ReviewComment, wanted: WantedComments) -> ReviewComment:
    return dataclasses.replace(comment, body=_marked(comment.body, _marker(comment.thread, wanted)))


def _marker(thread: ThreadKey, wanted: WantedComments, state: State = "") -> Marker:
    return Marker(thread, wanted.head, state, wanted.base, wanted.cause(thread))


def _text(body: str) -> str:
    """A body without what differs although it reads the same: the marker's head, line ends, outer blanks."""
    marker = read_marker(body)
    rest = body.replace("\r\n", "\n").partition("\n")[2] if marker else body
    known = dataclasses.replace(marker, head="", base="") if marker else ""
    return f"{known}\n{rest.strip()}"


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
