"""GitLab behind the Forge port."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

import structlog

from bot.errors import ForgeRefused, ForgeUnavailable
from bot.forges.gitlab import people
from bot.forges.gitlab.api import Broken, project_path, read
from bot.forges.gitlab.connection import Connection
from bot.forges.gitlab.position import VersionCommits, position
from bot.forges.gitlab.status import Statuses, cancel_status, set_status
from bot.forges.port import (
    Approval,
    ChangeRef,
    ChangeRequest,
    Check,
    Conversation,
    OpenChange,
    Permission,
    PostedComment,
    RepositoryRef,
    ReviewComment,
)
from bot.forges.rest import Invalid, NotFound
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_log = structlog.get_logger(__name__)

_OURS = "<!-- iam-review:"

PREPARING = 3.0
"""Seconds after which a merge request that GitLab is still preparing is looked at again."""

_STATES: Mapping[str, Literal["open", "closed", "merged"]] = {
    "opened": "open",
    "closed": "closed",
    "merged": "merged",
    "locked": "merged",  # it is being merged just now
}

_EMOJI = {"-1": "thumbsdown", "+1": "thumbsup"}


@dataclass(frozen=True, slots=True)
class GitLabForge:
    """A Forge (see bot.forges.port) over one Connection; for one job, in which nothing is asked twice without need."""

    connection: Connection
    _seen: dict[ChangeRef, Mapping[str, Any]] = field(default_factory=dict)
    _statuses: Statuses = field(default_factory=dict)

    def change_request(self, ref: ChangeRef) -> ChangeRequest:
        """The merge request now: two requests."""
        found = self._merge_request(ref)
        state = _STATES.get(read(found, "state", str))
        if state is None:
            raise ForgeUnavailable(f"GitLab answered with the unknown merge request state {found['state']!r}")
        version = _version(found, state == "open")
        self._seen[ref] = found
        return ChangeRequest(
            ref=ref,
            head=version.head,
            base=version.start,
            merge_base=version.base,
            base_branch=read(found, "target_branch", str),
            state=state,
            draft=bool(found.get("draft", found.get("work_in_progress"))),
            author=_username(found),
            clone_url=self.connection.clone_url(ref.repository),
            web_url=self.connection.page_url(ref.repository, ref.number),
            head_ref=f"refs/merge-requests/{ref.number}/head",
            from_fork=found.get("source_project_id") != read(found, "target_project_id", int),
            contributors=self._pushers(found) if state == "open" else (),
        )

    def conversation(self, ref: ChangeRef) -> Conversation:
        """The bot's own comments, oldest first: one request up to a hundred threads."""
        notes = (
            (discussion, note)
            for discussion in self.connection.api.items(f"{_path(ref)}/discussions")
            for note in read(discussion, "notes", list)
        )
        head = self._seen.get(ref, {}).get("sha") or ""
        return Conversation(tuple(_posted(thread, note, head) for thread, note in notes if self._is_ours(note)))

    def post_review(self, change: ChangeRequest, comments: Sequence[ReviewComment]) -> tuple[ReviewComment, ...]:
        """Begin a thread for each comment; returns those whose position GitLab refused, after posting all others."""
        version = self._newest_version(change)
        return tuple(comment for comment in comments if not self._begin_thread(change, comment, version))

    def write_comment(
        self,
        ref: ChangeRef,
        body: str,
        replaces: PostedComment | None = None,
        answers: str = "",
        resolve: bool | None = None,
    ) -> None:
        """Write or replace a comment; one that someone has deleted meanwhile is written anew if it is a summary."""
        text = {"body": for_gitlab(body)}
        if replaces is not None:
            # The thread first: if the bot dies in between, the body still tells that there is something to do.
            self._resolve(ref, replaces, resolve)
            try:
                self.connection.api.put(f"{_path(ref)}/{replaces.id}", text)
                return
            except NotFound:
                if replaces.kind == "inline":
                    return
        thread, _, note = answers.partition("/notes/")
        if thread and note:
            try:
                self.connection.api.post(f"{_path(ref)}/{thread}/notes", text)
                return
            except (NotFound, Invalid):
                pass  # the thread is gone, or takes no answers: the answer stands for itself
        self.connection.api.post(f"{_path(ref)}/notes", text)

    def set_check(self, change: ChangeRequest, check: Check) -> None:
        """A commit status, in the pipeline that decides about merging: two requests, three if nothing is known yet.

        The merge request is asked for again at the end: meanwhile its pipeline may have come.
        """
        if check.conclusion == "cancelled":
            cancel_status(self.connection.api, self._merge_request(change.ref), change, check)
            return
        seen = self._seen.get(change.ref) if check.conclusion is None else None
        set_status(self.connection.api, seen or self._merge_request(change.ref), change, check, self._statuses)

    def react(self, ref: ChangeRef, comment: str, reaction: str) -> None:
        """Award an emoji to a comment, named as the webhook named it; the same one twice is one."""
        note = comment[comment.rfind("notes/") :]
        try:
            self.connection.api.post(f"{_path(ref)}/{note}/award_emoji", {"name": _EMOJI.get(reaction, reaction)})
        except NotFound:
            return  # awarded already, or deleted meanwhile: GitLab says 404 to both

    def permission(self, place: RepositoryRef, user: str, teams: Sequence[str] = ()) -> Permission:
        """The user's role, inherited ones included, and their groups among `teams`."""
        api = self.connection.api
        identity = people.user_id(api, user)
        if identity is None:
            return Permission("none")
        return Permission(people.role(api, place.repository, identity), people.teams_of(api, identity, teams))

    def approvals(self, ref: ChangeRef) -> tuple[Approval, ...]:
        """Each with the head that was there when it was given, whatever becomes of it by a push: two requests."""
        given = self.connection.api.get(f"{_path(ref)}/approvals")
        versions = self.connection.api.items(f"{_path(ref)}/versions")
        return people.approvals(read(given, "approved_by", list), tuple(versions))

    def open_change_requests(self, place: RepositoryRef) -> tuple[OpenChange, ...]:
        """Open merge requests of the project, a hundred a request; those without a commit are left out."""
        found = self.connection.api.items(f"{project_path(place.repository)}/merge_requests", state="opened")
        return tuple(
            OpenChange(ChangeRef(place.forge, place.repository, read(one, "iid", int)), one["sha"])
            for one in found
            if one.get("sha")
        )

    def _merge_request(self, ref: ChangeRef) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.connection.api.get(_path(ref))
        return found

    def _pushers(self, found: Mapping[str, Any]) -> tuple[str, ...]:
        project = found.get("source_project_id")
        if project is None:
            return ()  # the fork is gone
        return people.pushers(self.connection.api, project, read(found, "source_branch", str))

    def _is_ours(self, note: Any) -> bool:
        author = note.get("author") or {}
        return author.get("id") == self.connection.user and read(note, "body", str).startswith(_OURS)

    def _newest_version(self, change: ChangeRequest) -> VersionCommits:
        """The version of the diff that the comments were placed on."""
        for found in self.connection.api.get(f"{_path(change.ref)}/versions"):
            version = VersionCommits(found["base_commit_sha"], found["start_commit_sha"], found["head_commit_sha"])
            if (version.head, version.base) == (change.head, change.merge_base):
                return version
        raise ForgeUnavailable("GitLab has not prepared the diff of this head yet", PREPARING)

    def _begin_thread(self, change: ChangeRequest, comment: ReviewComment, version: VersionCommits) -> bool:
        """Whether the comment stands. GitLab fails over some positions instead of refusing them: then once more."""
        body = {"body": for_gitlab(comment.body), "position": position(comment, version)}
        for _ in range(2):
            try:
                self.connection.api.post(f"{_path(change.ref)}/discussions", body)
            except Invalid:
                return False
            except Broken:
                # It may have been posted all the same.
                if self._is_there(change.ref, comment):
                    return True
            else:
                return True
        return False

    def _is_there(self, ref: ChangeRef, comment: ReviewComment) -> bool:
        marker = comment.body.partition("\n")[0]
        return any(posted.body.startswith(marker) for posted in self.conversation(ref).comments)

    def _resolve(self, ref: ChangeRef, posted: PostedComment, resolve: bool | None) -> None:
        if not posted.thread or resolve is None or resolve == posted.resolved:
            return
        try:
            self.connection.api.put(f"{_path(ref)}/{posted.thread}", {"resolved": resolve})
        except ForgeRefused as refused:
            # It takes a Developer: https://docs.gitlab.com/user/discussions/. The words in the comment must do.
            _log.warning("a thread could not be resolved", reason=str(refused))


def _path(ref: ChangeRef) -> str:
    return f"{project_path(ref.repository)}/merge_requests/{ref.number}"


def _version(found: Mapping[str, Any], must_be_ready: bool) -> VersionCommits:
    """The diff's commits; while GitLab prepares a merge request they are missing, or those of the push before."""
    refs = found.get("diff_refs") or {}
    base, start, head = (refs.get(key) or "" for key in ("base_sha", "start_sha", "head_sha"))
    sha = found.get("sha") or ""
    if must_be_ready and found.get("prepared_at") and head and head == sha and not base:
        raise ForgeRefused("source and target branch have no common ancestor: there is nothing to compare with")
    if must_be_ready and not (base and head and head == sha):
        raise ForgeUnavailable("GitLab is still preparing the merge request's diff", PREPARING)
    return VersionCommits(base, start, head or sha)


def _username(thing: Mapping[str, Any]) -> str:
    """Who wrote it; "ghost" where the account is gone, as GitLab shows it."""
    author = thing.get("author")
    return read(author, "username", str) if author else "ghost"


def _posted(discussion: Any, note: Any, head: str) -> PostedComment:
    place: Mapping[str, Any] = note.get("position") or {}
    on_diff = note.get("type") == "DiffNote"
    line = place.get("new_line") or place.get("old_line")
    # GitLab moves a position along with its line; one that has stayed behind has lost its line.
    outdated = bool(head) and place.get("head_sha") != head
    return PostedComment(
        id=f"notes/{read(note, 'id', int)}",
        kind="inline" if on_diff else "summary",
        body=from_gitlab(read(note, "body", str)),
        path=place.get("new_path") or place.get("old_path") or "",
        line=None if outdated else line,
        side=_side(place) if on_diff else None,
        thread=f"discussions/{read(discussion, 'id', str)}" if note.get("resolvable") else "",
        resolved=bool(note.get("resolved")),
    )


def _side(place: Mapping[str, Any]) -> Literal["base", "head"]:
    return "head" if place.get("new_line") else "base"


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
