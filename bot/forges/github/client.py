"""GitHub behind the Forge port."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal
from urllib.parse import quote

import structlog

from bot.errors import ForgeRefused, ForgeUnavailable
from bot.forges.github.api import read
from bot.forges.github.checks import set_check_run, set_status
from bot.forges.github.connection import Connection
from bot.forges.github.merge_group import members
from bot.forges.github.standing_reviews import approvals
from bot.forges.github.threads import ReviewThread, resolve_thread, review_threads
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
    Role,
    Side,
)
from bot.forges.rest import PER_PAGE, Forbidden, Invalid, NotFound, clipped
from bot.frozen import dataclass

MAX_BODY = 65_536

MAX_COMMITS = 1000
"""Of a longer change request the first ones are looked at for who wrote them."""

_OURS = "<!-- iam-review:"

_INLINE = "pulls/comments/"
_COMMENTS = (_INLINE, "issues/comments/")

_log = structlog.get_logger(__name__)

_SIDES: dict[Side, str] = {"head": "RIGHT", "base": "LEFT"}
_SIDE_OF = {theirs: ours for ours, theirs in _SIDES.items()}

_ROLES: dict[str, Role] = {
    "admin": "admin",
    "maintain": "maintain",
    "write": "write",
    "triage": "triage",
    "read": "read",
    "none": "none",
}


@dataclass(frozen=True, slots=True)
class GitHubForge:
    """A Forge (see bot.forges.port) over one Connection; for one job."""

    connection: Connection
    _runs: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    _threads: dict[ChangeRef, dict[int, ReviewThread]] = field(default_factory=dict)

    def change_request(self, ref: ChangeRef) -> ChangeRequest:
        """The pull request, or the merge group it is in, now: two requests up to a hundred commits."""
        pull = self.connection.api.get(f"/repos/{ref.repository}/pulls/{ref.number}")
        base_branch = read(pull, "base.ref", str)
        head, state = ref.group or read(pull, "head.sha", str), _state(pull)
        try:
            comparison, commits = self._compare(ref.repository, base_branch, head)
        except NotFound:
            if not ref.group and state == "open":
                raise
            # The queue has thrown its commit away, or the branch of one that is closed is gone.
            comparison, commits = _nothing_at(read(pull, "base.sha", str)), ()
            state = "closed" if ref.group else state
        return ChangeRequest(
            ref=ref,
            head=head,
            base=read(comparison, "base_commit.sha", str),
            merge_base=read(comparison, "merge_base_commit.sha", str),
            base_branch=base_branch,
            state=state,
            draft=bool(pull.get("draft")),
            author=_login(pull),
            clone_url=self.connection.clone_url(ref.repository),
            web_url=read(pull, "html_url", str),
            head_ref=f"refs/pull/{ref.number}/head",
            from_fork=_is_fork(pull),
            contributors=tuple(sorted(_contributors(commits))),
            public=_is_public(pull),
            members=members(commits, head, ref.number) if ref.group else (),
        )

    def _compare(self, repository: str, base_branch: str, head: str) -> tuple[Any, Sequence[Any]]:
        """The comparison of a branch as it is now with a commit, and the commits in between, at most MAX_COMMITS."""
        # The pull request's own base.sha is where its base branch was once, not where it is.
        path = f"/repos/{repository}/compare/{quote(base_branch)}...{head}"
        comparison = self.connection.api.get(path, per_page=PER_PAGE)
        commits = list(read(comparison, "commits", list))
        total = min(read(comparison, "total_commits", int), MAX_COMMITS)
        for page in range(2, -(-total // PER_PAGE) + 1):
            commits += read(self.connection.api.get(path, per_page=PER_PAGE, page=page), "commits", list)
        return comparison, commits

    def conversation(self, ref: ChangeRef) -> Conversation:
        """The bot's own comments, oldest first: two requests up to a hundred comments of each kind."""
        api, repository = self.connection.api, f"/repos/{ref.repository}"
        general = api.items(f"{repository}/issues/{ref.number}/comments")
        inline = api.items(f"{repository}/pulls/{ref.number}/comments")
        comments = [
            *(_posted(comment, "summary") for comment in general if self._is_ours(comment)),
            *(_posted(comment, "inline") for comment in inline if self._is_ours(comment)),
        ]
        return Conversation(tuple(comments))

    def post_review(self, change: ChangeRequest, comments: Sequence[ReviewComment]) -> tuple[ReviewComment, ...]:
        """Post comments on lines in one review, comments on files one by one; returns the refused ones."""
        pulls = f"/repos/{change.ref.repository}/pulls/{change.ref.number}"
        on_lines = [comment for comment in comments if comment.line is not None]
        one_by_one = [comment for comment in comments if comment.line is None]
        if on_lines:
            placed = [_line_comment(comment) for comment in on_lines]
            try:
                self.connection.api.post(
                    f"{pulls}/reviews", {"commit_id": change.head, "event": "COMMENT", "comments": placed}
                )
            except Invalid:
                # One bad position makes GitHub refuse the whole review: the others can still be posted.
                one_by_one = [*on_lines, *one_by_one]
        return tuple(comment for comment in one_by_one if not self._post_single(pulls, change.head, comment))

    def write_comment(
        self,
        ref: ChangeRef,
        body: str,
        replaces: PostedComment | None = None,
        answers: str = "",
        resolve: bool | None = None,
    ) -> None:
        """Write or replace a comment; one that someone has deleted meanwhile is written anew if it is a summary."""
        api, repository = self.connection.api, f"/repos/{ref.repository}"
        text = {"body": clipped(body, MAX_BODY)}
        if replaces is not None:
            try:
                api.patch(f"{repository}/{replaces.id}", text)
                if resolve is not None:
                    self._resolve(ref, replaces, resolve)
                return
            except NotFound:
                if replaces.kind == "inline":
                    return
        if answers.startswith(_INLINE):
            try:
                api.post(f"{repository}/pulls/{ref.number}/comments/{answers.removeprefix(_INLINE)}/replies", text)
                return
            except NotFound:
                pass  # deleted meanwhile: then below the others
        api.post(f"{repository}/issues/{ref.number}/comments", text)

    def _resolve(self, ref: ChangeRef, comment: PostedComment, resolve: bool) -> None:
        """Resolve or reopen a comment's thread. Without the right to (contents: write) its text alone says it all."""
        if comment.kind != "inline" or not self.connection.resolve_threads:
            return
        try:
            if ref not in self._threads:
                self._threads[ref] = review_threads(self.connection.api, ref)
            thread = self._threads[ref].get(int(comment.id.removeprefix(_INLINE)))
            if thread is not None and thread.resolved != resolve:
                resolve_thread(self.connection.api, thread, resolve)
        except ForgeRefused as refused:
            _log.warning("a thread was not resolved", reason=str(refused))

    def set_check(self, change: ChangeRequest, check: Check) -> None:
        """A check run for an App, a commit status for a token, which may not create check runs."""
        if self.connection.app_id is None:
            set_status(self.connection.api, change, check)
        else:
            set_check_run(self.connection.api, change, check, self.connection.app_id, self._runs)
        if check.sarif and self.connection.upload_sarif and not change.ref.group:
            self._upload(change, check.sarif)

    def _upload(self, change: ChangeRequest, sarif: str) -> None:
        """Give code scanning the review; a repository without it has the check all the same."""
        packed = base64.b64encode(gzip.compress(sarif.encode(), mtime=0)).decode("ascii")
        upload = {"commit_sha": change.head, "ref": change.head_ref, "sarif": packed, "tool_name": "iam-review"}
        try:
            self.connection.api.post(f"/repos/{change.ref.repository}/code-scanning/sarifs", upload)
        except ForgeRefused as refused:
            _log.warning("code scanning did not take the review", reason=str(refused))

    def react(self, ref: ChangeRef, comment: str, reaction: str) -> None:
        """React to a comment, named as the webhook named it; the same reaction twice is one."""
        if not comment.startswith(_COMMENTS):
            return  # a button was pressed
        try:
            self.connection.api.post(f"/repos/{ref.repository}/{comment}/reactions", {"content": reaction})
        except NotFound:
            return  # deleted meanwhile: nobody is waiting for a sign

    def permission(self, place: RepositoryRef, user: str, teams: Sequence[str] = ()) -> Permission:
        """The user's role; a custom role counts as the one it is based on. Teams need the permission members: read."""
        try:
            answer = self.connection.api.get(
                f"/repos/{place.repository}/collaborators/{quote(user, safe='')}/permission"
            )
        except NotFound:
            return Permission("none")
        role = _ROLES.get(read(answer, "role_name", str)) or _ROLES.get(read(answer, "permission", str), "none")
        return Permission(role, frozenset(team for team in teams if self._is_in(team, user)))

    def _is_in(self, team: str, user: str) -> bool:
        organisation, _, slug = team.partition("/")
        names = (quote(name, safe="") for name in (organisation, slug, user))
        try:
            membership = self.connection.api.get("/orgs/{}/teams/{}/memberships/{}".format(*names))
        except (NotFound, Forbidden):
            return False
        return bool(membership.get("state") == "active")

    def approvals(self, ref: ChangeRef) -> tuple[Approval, ...]:
        """Told from its reviews, a hundred a request."""
        return approvals(self.connection.api.items(f"/repos/{ref.repository}/pulls/{ref.number}/reviews"))

    def open_change_requests(self, place: RepositoryRef) -> tuple[OpenChange, ...]:
        """Open pull requests of the repository, a hundred a request."""
        pulls = self.connection.api.items(f"/repos/{place.repository}/pulls", state="open")
        return tuple(
            OpenChange(
                ChangeRef(place.forge, place.repository, read(pull, "number", int), place.account),
                read(pull, "head.sha", str),
            )
            for pull in pulls
        )

    def _is_ours(self, comment: Any) -> bool:
        return _login(comment) == self.connection.login and read(comment, "body", str).startswith(_OURS)

    def _post_single(self, pulls: str, head: str, comment: ReviewComment) -> bool:
        placed = {"commit_id": head, **_line_comment(comment)}
        if comment.line is None:
            placed = {"commit_id": head, "path": comment.path, "body": placed["body"], "subject_type": "file"}
        try:
            self.connection.api.post(f"{pulls}/comments", placed)
        except Invalid:
            return False
        return True


def _is_fork(pull: Any) -> bool:
    """Whether the head is in another repository, one that is gone by now included."""
    head = pull["head"].get("repo")
    return not head or read(head, "full_name", str) != read(pull, "base.repo.full_name", str)


def _is_public(pull: Any) -> bool:
    """Whether anybody may read the base repository; one of an enterprise's own ("internal") is private to the rest."""
    return bool((pull["base"].get("repo") or {}).get("private") is False)


def _contributors(commits: Sequence[Any]) -> set[str]:
    """Who wrote and who committed; GitHub's own account commits what is merged in the browser."""
    people = (commit.get(role) for commit in commits for role in ("author", "committer"))
    return {person["login"] for person in people if person and person.get("login")} - {"web-flow"}


def _nothing_at(commit: str) -> Any:
    return {"base_commit": {"sha": commit}, "merge_base_commit": {"sha": commit}}


def _state(pull: Any) -> Literal["open", "closed", "merged"]:
    if pull.get("merged") or pull.get("merged_at"):
        return "merged"
    match read(pull, "state", str):
        case "open":
            return "open"
        case "closed":
            return "closed"
        case other:
            raise ForgeUnavailable(f"GitHub answered with the unknown pull request state {other!r}")


def _login(thing: Any) -> str:
    """Who wrote it; "ghost" where the account is gone, as GitHub shows it."""
    user = thing.get("user")
    return read(user, "login", str) if user else "ghost"


def _posted(comment: Any, kind: Literal["inline", "summary"]) -> PostedComment:
    endpoint = "pulls/comments" if kind == "inline" else "issues/comments"
    return PostedComment(
        id=f"{endpoint}/{read(comment, 'id', int)}",
        kind=kind,
        body=read(comment, "body", str),
        path=comment.get("path") or "",
        line=comment.get("line"),
        side=_SIDE_OF.get(comment.get("side")),
    )


def _line_comment(comment: ReviewComment) -> dict[str, Any]:
    placed: dict[str, Any] = {
        "path": comment.path,
        "line": comment.line,
        "side": _SIDES[comment.side],
        "body": clipped(comment.body, MAX_BODY),
    }
    if comment.start_line is not None:
        placed |= {"start_line": comment.start_line, "start_side": _SIDES[comment.side]}
    return placed
