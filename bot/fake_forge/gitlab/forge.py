"""A GitLab: what can be done to its merge requests, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.fake_forge.carry import carry
from bot.fake_forge.faults import Faults
from bot.fake_forge.github.forge import AnsweredRequest
from bot.fake_forge.gitlab.access import Access
from bot.fake_forge.gitlab.hooks import Hooks
from bot.fake_forge.gitlab.model import (
    UNFINISHED,
    DiffNote,
    DiffVersion,
    Job,
    MergeRequest,
    Note,
    Pipeline,
    Settings,
    discussion_id,
    exactly_now,
)
from bot.fake_forge.gitlab.payloads import Payloads
from bot.fake_forge.gitlab.rules import QUICK_ACTIONS, Refusal, ThreadPlace, body_of, not_found, place_of
from bot.fake_forge.gitlab.shapes import Shapes
from bot.fake_forge.unified import FileDiff
from bot.fake_forge.world import Account, LineComment, Reaction, Repository, Side, World, now

MERGE_HOOK, NOTE_HOOK, PIPELINE_HOOK = "Merge Request Hook", "Note Hook", "Pipeline Hook"


@dataclass(slots=True)
class GitLab:
    """One GitLab. Callers hold `world.lock`; who may do what is decided before (see `access`).

    `orders` are quick actions that somebody's comment would have carried out: there must be none by the bot.
    """

    world: World
    access: Access
    shapes: Shapes
    deliveries: Hooks
    faults: Faults = field(default_factory=Faults)
    requests: list[AnsweredRequest] = field(default_factory=list)
    settings: dict[int, Settings] = field(default_factory=dict)
    pipelines: list[Pipeline] = field(default_factory=list)
    orders: list[tuple[str, str]] = field(default_factory=list)

    @property
    def payloads(self) -> Payloads:
        """The builder of webhook payloads."""
        return Payloads(self.shapes)

    def settings_of(self, project: Repository) -> Settings:
        """A project's settings."""
        return self.settings.setdefault(project.id, Settings())

    def files(self, request: MergeRequest, commit: str = "") -> tuple[FileDiff, ...]:
        """The merge request's diff, from the merge base to its head or to an earlier commit."""
        git, head = request.repository.git, commit or request.head
        return git.diff(git.merge_base(request.base, head), head)

    def open_pull(self, request: MergeRequest) -> None:
        """A new merge request."""
        self.world.pulls.append(request)
        self._new_version(request)
        self._tell("open", request, request.author)
        self._run_own_ci(request)

    def push(self, request: MergeRequest, head: str, sender: Account) -> None:
        """The source branch points somewhere else now; comments move along or are outdated."""
        before, request.head, request.updated = request.head, head, now()
        request.base = request.repository.git.resolve(request.base_branch)
        self._new_version(request)
        self._carry(request, self.world.line_comments_on(request), before)
        self._system_note(request, sender, "added 1 commit")
        self._tell("update", request, sender, oldrev=before)
        self._run_own_ci(request)

    def close(self, request: MergeRequest, sender: Account, merged: bool) -> None:
        """The merge request is closed; merged, its target branch is where its head is."""
        request.state, request.closed, request.updated = "closed", now(), now()
        if merged:
            request.merged = now()
            request.repository.git.set_branch(request.base_branch, request.head)
        self._tell("merge" if merged else "close", request, sender)

    def change(self, request: MergeRequest, action: str, sender: Account) -> None:
        """It is reopened, ready for review, or a draft again."""
        request.updated = now()
        if action == "reopened":
            request.state, request.closed = "open", None
            self._tell("reopen", request, sender)
            return
        was, request.draft = request.draft, action == "converted_to_draft"
        self._tell("update", request, sender, changes={"draft": {"previous": was, "current": request.draft}})

    def approve(self, request: MergeRequest, user: Account, approves: bool) -> None:
        """Somebody approves it, or takes that back; a push takes nothing back unless the project says so."""
        request.updated = now()
        if approves:
            request.approvals[user.login] = exactly_now()
        else:
            del request.approvals[user.login]
        self._tell("approved" if approves else "unapproved", request, user)

    def retarget(self, request: MergeRequest, branch: str, sender: Account) -> None:
        """It goes into another branch now, which makes another version of its diff."""
        change = {"target_branch": {"previous": request.base_branch, "current": branch}}
        request.base_branch, request.base = branch, request.repository.git.resolve(branch)
        request.updated = now()
        self._new_version(request)
        self._tell("update", request, sender, changes=change)

    def _new_version(self, request: MergeRequest) -> None:
        git = request.repository.git
        git.git.run("update-ref", f"refs/merge-requests/{request.number}/head", request.head)
        base = git.merge_base(request.base, request.head)
        request.versions.append(DiffVersion(next(self.world.ids), base, request.base, request.head))

    def _tell(self, action: str, request: MergeRequest, sender: Account, **more: Any) -> None:
        self.deliveries.emit(MERGE_HOOK, self.payloads.merge_request(action, request, sender, **more))
        self.world.changed()

    def _carry(self, request: MergeRequest, comments: list[LineComment], before: str) -> None:
        """Positions move along with their lines (lib/gitlab/diff/position_tracer.rb), or stay behind."""
        changed = {file.base: file for file in request.repository.git.diff(before, request.head)}
        files = {file.path: file for file in self.files(request)}
        newest = request.versions[-1]
        for comment in comments:
            carry(comment, changed.get(comment.path), files.get(comment.path), request.head)
            if isinstance(comment, DiffNote) and comment.commit == request.head:
                comment.base, comment.start = newest.base, newest.start

    def _system_note(self, request: MergeRequest, author: Account, words: str) -> None:
        identity = next(self.world.ids)
        self.world.comments.append(
            Note(identity, request, author, words, discussion=discussion_id(identity), system=True)
        )

    def add_comment(
        self, request: MergeRequest, author: Account, given: Mapping[str, Any], discussion: str = ""
    ) -> Note:
        """A comment on the merge request as a whole, or an answer in a thread of such."""
        identity = next(self.world.ids)
        note = Note(
            identity, request, author, self._body(author, given), discussion=discussion or discussion_id(identity)
        )
        note.in_thread = bool(discussion)
        self.world.comments.append(note)
        self._tell_note(note, "create")
        return note

    def answer(
        self, request: MergeRequest, author: Account, discussion: str, given: Mapping[str, Any]
    ) -> Note | DiffNote:
        """An answer in a thread, which a comment that stood alone becomes by it."""
        first = next((note for note in self.notes(request) if note.discussion == discussion), None)
        if first is None:
            raise not_found("Discussion")
        if isinstance(first, Note):
            first.in_thread = True
            return self.add_comment(request, author, given, discussion)
        place = ThreadPlace(
            first.path, first.old_path, first.side, first.line, first.start_line, first.base, first.start, first.commit
        )
        note = self._diff_note(request, author, self._body(author, given), place, discussion)
        note.reply_to = first.id
        return note

    def begin_thread(self, request: MergeRequest, author: Account, given: Mapping[str, Any]) -> DiffNote | Note:
        """A new thread, on the diff if a position is given: a Refusal and nothing if GitLab cannot place it."""
        body, position = self._body(author, given), given.get("position")
        identity = discussion_id(next(self.world.ids))
        if not isinstance(position, dict):
            return self.add_comment(request, author, given, identity)
        git = request.repository.git
        known = [key for key in ("base_sha", "head_sha") if git.has_commit(str(position.get(key) or "-"))]
        files = git.diff(position["base_sha"], position["head_sha"]) if len(known) == 2 else ()
        return self._diff_note(request, author, body, place_of(position, files), identity)

    def _diff_note(
        self, request: MergeRequest, author: Account, body: str, place: ThreadPlace, discussion: str
    ) -> DiffNote:
        side: Side = "LEFT" if place.side == "LEFT" else "RIGHT"
        note = DiffNote(
            id=next(self.world.ids),
            review=0,
            pull=request,
            author=author,
            body=body,
            path=place.path,
            side=side,
            line=place.line,
            start_line=place.start_line,
            commit=place.head,
            hunk="",
            subject="file" if place.line is None else "line",
            original_line=place.line,
            original_start_line=place.start_line,
            original_commit=place.head,
            discussion=discussion,
            base=place.base,
            start=place.start,
            old_path=place.old_path,
        )
        self.world.line_comments.append(note)
        if place.head != request.head and request.repository.git.has_commit(place.head):
            self._carry(request, [note], place.head)
        self._tell_note(note, "create")
        return note

    def edit(self, note: Note | DiffNote, author: Account, given: Mapping[str, Any]) -> None:
        """Other words in the same comment; only its author's, or a maintainer's: docs.gitlab.com/user/discussions/"""
        note.body, note.updated = self._body(author, given), now()
        self._tell_note(note, "update")

    def resolve(self, request: MergeRequest, discussion: str, resolved: bool, sender: Account) -> list[Note | DiffNote]:
        """Resolve a thread, or open it again; a comment that stands alone has nothing to be resolved."""
        notes = [note for note in self.notes(request) if note.discussion == discussion]
        if not notes or not any(resolvable(note) for note in notes):
            raise not_found("Discussion") if not notes else Refusal(403, "403 Forbidden")
        for note in notes:
            note.resolved = resolved
        if self.threads_resolved(request):
            self._tell("update", request, sender)
        self.world.changed()
        return notes

    def notes(self, request: MergeRequest) -> list[Note | DiffNote]:
        """All comments, in order of creation."""
        both = [*self.world.comments_on(request), *self.world.line_comments_on(request)]
        return sorted((note for note in both if isinstance(note, Note | DiffNote)), key=lambda note: note.id)

    def threads_resolved(self, request: MergeRequest) -> bool:
        """Whether nothing is left to be resolved."""
        return all(note.resolved for note in self.notes(request) if resolvable(note))

    def react(self, note: Note | DiffNote, user: Account, name: str) -> Reaction:
        """An emoji; the same one twice is refused: lib/api/award_emoji.rb says 404."""
        if any((reaction.user, reaction.content) == (user, name) for reaction in note.reactions):
            raise Refusal(404, '404 Award Emoji {:name=>["has already been taken"]} Not Found')
        note.reactions.append(Reaction(next(self.world.ids), user, name))
        self.world.changed()
        return note.reactions[-1]

    def _body(self, author: Account, given: Mapping[str, Any]) -> str:
        """A comment's text, without the quick actions in it, which are carried out (here: only written down)."""
        text = body_of(given)
        orders = [(author.login, order) for order in QUICK_ACTIONS.findall(text)]
        self.orders.extend(orders)
        return QUICK_ACTIONS.sub("", text) if orders else text

    def _tell_note(self, note: Note | DiffNote, action: str) -> None:
        self.deliveries.emit(NOTE_HOOK, self.payloads.note(action, note))
        self.world.changed()

    def head_pipeline(self, request: MergeRequest) -> Pipeline | None:
        """The newest pipeline of the head: one of the source branch in its project, or one of the merge request.

        app/finders/ci/pipelines_for_merge_request_finder.rb; a commit status in another project does not count.
        """
        mine = (pipeline for pipeline in self.pipelines if self._counts(pipeline, request))
        return max(mine, key=lambda pipeline: pipeline.id, default=None)

    def pipelines_on(self, request: MergeRequest) -> list[Pipeline]:
        """All pipelines that have run on the head: another project may have the very same commit, and its own."""
        projects = (request.repository, request.source_project)
        mine = (pipeline for pipeline in self.pipelines if any(pipeline.project is each for each in projects))
        return [pipeline for pipeline in mine if request.head in (pipeline.sha, pipeline.source_sha)]

    def _counts(self, pipeline: Pipeline, request: MergeRequest) -> bool:
        if request.head not in (pipeline.sha, pipeline.source_sha):
            return False
        of_branch = pipeline.project is request.source_project and pipeline.ref == request.head_branch
        return pipeline.merge_request is request or (pipeline.merge_request is None and of_branch)

    def run_pipeline(
        self, request: MergeRequest, sha: str, ref: str, source: str, project: Repository | None = None
    ) -> Pipeline:
        """A pipeline of the project's own begins; it is for the merge request if its source says so."""
        of_request = request if source == "merge_request_event" else None
        project = project or request.source_project
        pipeline = Pipeline(next(self.world.ids), project, sha, ref, source, of_request, request.head)
        pipeline.jobs.append(Job(next(self.world.ids), "build", "pending", request.author))
        self.pipelines.append(pipeline)
        self.tell_pipeline(pipeline)
        return pipeline

    def _run_own_ci(self, request: MergeRequest) -> None:
        kind = self.settings_of(request.repository).ci
        if kind == "branch":
            self.run_pipeline(request, request.head, request.head_branch, "push")
        elif kind == "merge_request":
            ref = f"refs/merge-requests/{request.number}/head"
            self.run_pipeline(request, request.head, ref, "merge_request_event")

    def tell_pipeline(self, pipeline: Pipeline) -> None:
        """Deliver a pipeline event."""
        self.deliveries.emit(PIPELINE_HOOK, self.payloads.pipeline(pipeline))
        self.world.changed()

    def detailed_merge_status(self, request: MergeRequest) -> str:
        """Whether it can be merged, and what is in the way: docs.gitlab.com/api/merge_requests/ "Merge status"."""
        settings, pipeline = self.settings_of(request.repository), self.head_pipeline(request)
        status = pipeline.status if pipeline else "none"
        if request.state != "open":
            return "not_open"
        if request.draft:
            return "draft_status"
        if settings.threads_must_be_resolved and not self.threads_resolved(request):
            return "discussions_not_resolved"
        if settings.pipelines_must_succeed and status != "success":
            return "ci_still_running" if status in UNFINISHED else "ci_must_pass"
        return "mergeable"


def resolvable(note: Note | DiffNote) -> bool:
    """Comments in threads are, comments alone and GitLab's own are not."""
    return isinstance(note, DiffNote) or (note.in_thread and not note.system)
