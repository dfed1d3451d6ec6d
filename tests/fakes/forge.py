"""A forge in memory: remembers what is written on it and can be told to fail, also after it has done what was asked."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import ForgeError, ForgeRefused
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

REF = ChangeRef("github", "acme/infra", 7)


def change(ref: ChangeRef = REF, head: str = "a" * 40, **other: object) -> ChangeRequest:
    """An open change request."""
    made = ChangeRequest(
        ref=ref,
        head=head,
        base="b" * 40,
        merge_base="b" * 40,
        base_branch="main",
        state="open",
        draft=False,
        author="alice",
        clone_url="https://forge.invalid/acme/infra.git",
        web_url="https://forge.invalid/acme/infra/pull/7",
        head_ref="feature",
    )
    return dataclasses.replace(made, **other)  # type: ignore[arg-type]


@dataclass
class FakeForge:
    """`checks` are finished ones, `running` the heads on which one was begun.

    `before` and `after` map a method's name to the errors its next calls raise, before or after doing their work."""

    changes: dict[ChangeRef, ChangeRequest] = field(default_factory=lambda: {REF: change()})
    permissions: dict[str, Role] = field(default_factory=lambda: {"alice": "write"})
    teams: dict[str, set[str]] = field(default_factory=dict)
    off_diff: set[tuple[str, int]] = field(default_factory=set)
    before: dict[str, list[ForgeError]] = field(default_factory=dict)
    after: dict[str, list[Exception]] = field(default_factory=dict)
    comments: dict[ChangeRef, list[PostedComment]] = field(default_factory=dict)
    checks: list[tuple[str, Check]] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    approved: dict[ChangeRef, list[Approval]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def _begin(self, method: str) -> None:
        self.calls[method] += 1
        if self.before.get(method):
            raise self.before[method].pop(0)

    def _end(self, method: str) -> None:
        if self.after.get(method):
            raise self.after[method].pop(0)

    def change_request(self, ref: ChangeRef) -> ChangeRequest:
        self._begin("change_request")
        if ref not in self.changes:
            raise ForgeRefused(f"404: {ref.repository}#{ref.number}")
        return self.changes[ref]

    def conversation(self, ref: ChangeRef) -> Conversation:
        self._begin("conversation")
        return Conversation(tuple(self.comments.get(ref, ())))

    def post_review(self, change: ChangeRequest, comments: Sequence[ReviewComment]) -> tuple[ReviewComment, ...]:
        self._begin("post_review")
        refused = tuple(c for c in comments if c.line is not None and (c.path, c.line) in self.off_diff)
        for comment in comments:
            if comment not in refused:
                self._add(change.ref, "inline", comment.body, comment.path, comment.line, comment.side)
        self._end("post_review")
        return refused

    def write_comment(
        self,
        ref: ChangeRef,
        body: str,
        replaces: PostedComment | None = None,
        answers: str = "",
        resolve: bool | None = None,
    ) -> None:
        self._begin("write_comment")
        if replaces is None:
            self._add(ref, "summary", body)
        else:
            written = self.comments[ref]
            place = next(i for i, comment in enumerate(written) if comment.id == replaces.id)
            resolved = written[place].resolved if resolve is None else resolve
            written[place] = dataclasses.replace(written[place], body=body, resolved=resolved)
        self._end("write_comment")

    def set_check(self, change: ChangeRequest, check: Check) -> None:
        self._begin("set_check")
        if check.conclusion == "cancelled" and change.head in dict(self.checks):
            pass
        elif check.conclusion is not None:
            self.checks.append((change.head, check))
        elif change.head not in dict(self.checks):
            self.running.append(change.head)
        self._end("set_check")

    def react(self, ref: ChangeRef, comment: str, reaction: str) -> None:
        self._begin("react")
        if (comment, reaction) not in self.reactions:
            self.reactions.append((comment, reaction))

    def permission(self, place: RepositoryRef, user: str, teams: Sequence[str] = ()) -> Permission:
        self._begin("permission")
        return Permission(
            self.permissions.get(user, "none"), frozenset(t for t in teams if user in self.teams.get(t, ()))
        )

    def approvals(self, ref: ChangeRef) -> tuple[Approval, ...]:
        self._begin("approvals")
        return tuple(self.approved.get(ref, ()))

    def open_change_requests(self, place: RepositoryRef) -> tuple[OpenChange, ...]:
        self._begin("open_change_requests")
        return tuple(
            OpenChange(r, c.head)
            for r, c in self.changes.items()
            if r.repository == place.repository and c.state == "open"
        )

    def _add(
        self, ref: ChangeRef, kind: str, body: str, path: str = "", line: int | None = None, side: Side | None = None
    ) -> None:
        written = self.comments.setdefault(ref, [])
        number = str(1 + sum(map(len, self.comments.values())))
        written.append(PostedComment(number, kind, body, path, line, side))  # type: ignore[arg-type]
