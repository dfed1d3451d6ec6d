"""A GitHub: what can be done to its pull requests, and what follows from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from bot.fake_forge.carry import carry
from bot.fake_forge.deliveries import Deliveries
from bot.fake_forge.faults import Faults
from bot.fake_forge.github.access import Access
from bot.fake_forge.github.merge_queue import QUEUE, Fate, MergeGroup, make_group
from bot.fake_forge.github.payloads import Payloads
from bot.fake_forge.github.rules import CommentPlace, Refusal, body_of, check_run_fields, place_of, status_fields
from bot.fake_forge.github.shapes import Shapes
from bot.fake_forge.unified import FileDiff
from bot.fake_forge.world import (
    Account,
    CheckRun,
    Comment,
    LineComment,
    LineNote,
    PullRequest,
    Reaction,
    Repository,
    Side,
    Status,
    SubmittedReview,
    World,
    now,
)
from bot.frozen import dataclass

PASSING = frozenset({"success", "neutral", "skipped"})


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """One request as it was answered; `given` and `answer` are the JSON of a REST request and of its answer.

    `ordered` says that a test had ordered this answer (see `faults`).
    """

    method: str
    path: str
    status: int
    given: Any = None
    answer: Any = None
    ordered: bool = False


@dataclass(slots=True)
class GitHub:
    """One GitHub. Callers hold `world.lock`; who may do what is decided before (see `access`)."""

    world: World
    access: Access
    shapes: Shapes
    deliveries: Deliveries
    faults: Faults = field(default_factory=Faults)
    requests: list[AnsweredRequest] = field(default_factory=list)
    groups: list[MergeGroup] = field(default_factory=list)
    uploads: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def payloads(self) -> Payloads:
        """The builder of webhook payloads."""
        return Payloads(self.shapes, self.access.installation_of)

    def files(self, pull: PullRequest, commit: str = "") -> tuple[FileDiff, ...]:
        """The pull request's diff, from the merge base to its head or to an earlier commit."""
        git, head = pull.repository.git, commit or pull.head
        return git.diff(git.merge_base(pull.base, head), head)

    def pull_shape(self, pull: PullRequest) -> dict[str, Any]:
        """A pull request in full."""
        git = pull.repository.git
        commits = len(git.commits(git.merge_base(pull.base, pull.head), pull.head))
        return self.shapes.pull(pull, self.mergeable_state(pull), self.files(pull), commits)

    def mergeable_state(self, pull: PullRequest) -> str:
        """GitHub's word for whether the merge button works."""
        if pull.draft:
            return "draft"
        required = pull.repository.required_checks
        return "clean" if all(self._passes(pull, name) for name in required) else "blocked"

    def _passes(self, pull: PullRequest, name: str) -> bool:
        """Whether the newest check run or status of that name on the head lets merge."""
        run = self.newest_run(pull, name)
        statuses = [each for each in self.world.statuses_on(pull.repository, pull.head) if each.context == name]
        verdicts = [run.conclusion in PASSING] if run else []
        verdicts += [statuses[-1].state == "success"] if statuses else []
        return bool(verdicts) and all(verdicts)

    def newest_run(self, pull: PullRequest, name: str) -> CheckRun | None:
        """The newest check run of that name on the head."""
        runs = [run for run in self.world.runs_on(pull.repository, pull.head) if run.name == name]
        return max(runs, key=lambda run: run.id, default=None)

    def open_pull(self, pull: PullRequest) -> None:
        """A new pull request."""
        self.world.pulls.append(pull)
        pull.repository.git.set_pull(pull.number, pull.head)
        self.tell_pull("opened", pull, pull.author)

    def push(self, pull: PullRequest, head: str, sender: Account) -> None:
        """The head branch points somewhere else now; comments move along or are outdated."""
        before, pull.head, pull.updated = pull.head, head, now()
        pull.repository.git.set_pull(pull.number, head)
        self._carry_comments(pull, before)
        self.tell_pull("synchronize", pull, sender, before=before, after=head)

    def close(self, pull: PullRequest, sender: Account, merged: bool) -> None:
        """The pull request is closed; merged, its base branch is where its head is."""
        pull.state, pull.closed, pull.updated = "closed", now(), now()
        if merged:
            pull.merged = now()
            pull.repository.git.set_branch(pull.base_branch, pull.head)
        self.tell_pull("closed", pull, sender)

    def change(self, pull: PullRequest, action: str, sender: Account) -> None:
        """It is reopened, ready for review, or a draft again."""
        match action:
            case "reopened":
                pull.state, pull.closed = "open", None
            case "ready_for_review":
                pull.draft = False
            case "converted_to_draft":
                pull.draft = True
        pull.updated = now()
        self.tell_pull(action, pull, sender)

    def retarget(self, pull: PullRequest, branch: str, sender: Account) -> None:
        """It goes into another branch now."""
        was = {"ref": {"from": pull.base_branch}, "sha": {"from": pull.base}}
        pull.base_branch, pull.base, pull.updated = branch, pull.repository.git.resolve(branch), now()
        self.tell_pull("edited", pull, sender, changes={"base": was})

    def tell_pull(self, action: str, pull: PullRequest, sender: Account, **more: Any) -> None:
        """Deliver a pull_request event."""
        full = self.pull_shape(pull)
        self.deliveries.emit("pull_request", self.payloads.pull_request(action, pull, full, sender, **more))
        self.world.changed()

    def _carry_comments(self, pull: PullRequest, before: str) -> None:
        self._carry(pull, self.world.line_comments_on(pull), before)

    def _carry(self, pull: PullRequest, comments: Iterable[LineComment], before: str) -> None:
        """Move comments from where they stood at commit `before` to where that is at the head now."""
        changed = {file.base: file for file in pull.repository.git.diff(before, pull.head)}
        files = {file.path: file for file in self.files(pull)}
        for comment in comments:
            carry(comment, changed.get(comment.path), files.get(comment.path), pull.head)

    def enqueue(self, pull: PullRequest, sender: Account) -> MergeGroup:
        """Into the merge queue, behind what is there: its checks are asked for on a commit of its own."""
        ahead = [group for group in self.groups if not group.fate and group.pull.repository is pull.repository]
        onto = ahead[-1].head if ahead else pull.repository.git.resolve(pull.base_branch)
        group = make_group(pull, onto)
        self.groups.append(group)
        self._tell_group("checks_requested", group)
        return group

    def dequeue(self, group: MergeGroup) -> None:
        """Out of the queue again."""
        self._end(group, "dequeued")

    def _end(self, group: MergeGroup, fate: Fate) -> None:
        group.fate = fate
        if fate == "merged":
            group.pull.repository.git.set_branch(group.pull.base_branch, group.head)
            group.pull.state, group.pull.merged, group.pull.closed = "closed", now(), now()
            self.tell_pull("closed", group.pull, self.world.user(QUEUE))
        self._tell_group("destroyed", group, reason=fate)
        group.pull.repository.git.delete_branch(group.branch)

    def _tell_group(self, action: str, group: MergeGroup, **more: Any) -> None:
        commit = group.pull.repository.git.commit_at(group.head)
        payload = self.payloads.merge_group(action, group, commit, self.world.user(QUEUE), **more)
        self.deliveries.emit("merge_group", payload)
        self.world.changed()

    def _queue_moves(self, repository: Repository, head: str) -> None:
        """A required check has come to a conclusion on a group's commit: it is merged or thrown out."""
        for group in self.groups:
            if group.head != head or group.fate or group.pull.repository is not repository:
                continue
            runs = self._required_runs(repository, head)
            if runs and all(run.conclusion for run in runs):
                self._end(group, "merged" if _have_passed(runs) else "invalidated")

    def _required_runs(self, repository: Repository, head: str) -> list[CheckRun]:
        return [run for run in self.world.runs_on(repository, head) if run.name in repository.required_checks]

    def add_comment(self, pull: PullRequest, author: Account, given: Mapping[str, Any]) -> Comment:
        """A comment on the pull request as a whole."""
        comment = Comment(next(self.world.ids), pull, author, body_of(given))
        self.world.comments.append(comment)
        self.deliveries.emit("issue_comment", self.payloads.issue_comment("created", comment, author))
        self.world.changed()
        return comment

    def edit_comment(self, comment: Comment, author: Account, given: Mapping[str, Any]) -> Comment:
        """Other words in the same comment."""
        before, comment.body, comment.updated = comment.body, body_of(given), now()
        payload = self.payloads.issue_comment("edited", comment, author, changes={"body": {"from": before}})
        self.deliveries.emit("issue_comment", payload)
        self.world.changed()
        return comment

    def edit_line_comment(self, comment: LineComment, given: Mapping[str, Any]) -> LineComment:
        """Other words in the same comment on the diff."""
        comment.body, comment.updated = body_of(given), now()
        self.world.changed()
        return comment

    def add_review(self, pull: PullRequest, author: Account, given: Mapping[str, Any]) -> SubmittedReview:
        """A review with its comments: all of them, or a Refusal and none."""
        commit = self._reviewed_commit(pull, given)
        files = self.files(pull, commit)
        wanted: Sequence[Mapping[str, Any]] = given.get("comments", [])
        if not wanted:
            body_of(given)
        placed = [(place_of(each, files, may_be_file=False), body_of(each)) for each in wanted]
        words = given.get("body") or ""
        review = SubmittedReview(next(self.world.ids), pull, author, words, given.get("event", "COMMENT"), commit)
        self._submit(review, placed)
        return review

    def judge(self, pull: PullRequest, author: Account, event: str, commit: str = "") -> None:
        """Somebody approves ("APPROVE"), or requests changes ("REQUEST_CHANGES"), at the head or an earlier commit."""
        self._submit(SubmittedReview(next(self.world.ids), pull, author, "", event, commit or pull.head), ())

    def dismiss(self, pull: PullRequest, author: Account, sender: Account) -> None:
        """What somebody's reviews said counts no more."""
        for review in self.world.reviews:
            if review.pull is pull and review.author is author and review.state != "COMMENTED":
                review.dismissed = True
                self.deliveries.emit("pull_request_review", self.payloads.review("dismissed", review, sender))
        self.world.changed()

    def add_line_comment(self, pull: PullRequest, author: Account, given: Mapping[str, Any]) -> LineComment:
        """A single comment on the diff or on a file."""
        commit = self._reviewed_commit(pull, given)
        place, body = place_of(given, self.files(pull, commit), may_be_file=True), body_of(given)
        review = SubmittedReview(next(self.world.ids), pull, author, "", "COMMENT", commit)
        [comment] = self._submit(review, [(place, body)])
        return comment

    def add_reply(self, to: LineComment, author: Account, given: Mapping[str, Any]) -> LineComment:
        """An answer in the thread of a comment on the diff."""
        first = to if to.reply_to is None else next(c for c in self.world.line_comments if c.id == to.reply_to)
        reply = dataclasses.replace(first, id=next(self.world.ids), author=author, body=body_of(given), reactions=[])
        reply.reply_to, reply.created, reply.updated = first.id, now(), now()
        self.world.line_comments.append(reply)
        payload = self.payloads.line_comment("created", reply, author)
        self.deliveries.emit("pull_request_review_comment", payload)
        self.world.changed()
        return reply

    def _reviewed_commit(self, pull: PullRequest, given: Mapping[str, Any]) -> str:
        """The commit that a review is of: the head, or an earlier commit that is still part of the pull request."""
        commit: str = given.get("commit_id", pull.head)
        git = pull.repository.git
        if commit != pull.head and commit not in {each.id for each in git.commits(pull.base, pull.head)}:
            raise Refusal(422, "Unprocessable Entity", ("commit_id is not part of the pull request",))
        return commit

    def _submit(self, review: SubmittedReview, placed: Iterable[tuple[CommentPlace, str]]) -> list[LineComment]:
        self.world.reviews.append(review)
        comments = [self._new_line_comment(review, place, body) for place, body in placed]
        if review.commit != review.pull.head:
            self._carry(review.pull, comments, review.commit)
        for comment in comments:
            self.world.line_comments.append(comment)
            payload = self.payloads.line_comment("created", comment, comment.author)
            self.deliveries.emit("pull_request_review_comment", payload)
        payload = self.payloads.review("submitted", review, review.author)
        self.deliveries.emit("pull_request_review", payload)
        self.world.changed()
        return comments

    def _new_line_comment(self, review: SubmittedReview, place: CommentPlace, body: str) -> LineComment:
        side: Side = "LEFT" if place.side == "LEFT" else "RIGHT"
        return LineComment(
            id=next(self.world.ids),
            review=review.id,
            pull=review.pull,
            author=review.author,
            body=body,
            path=place.path,
            side=side,
            line=place.line,
            start_line=place.start_line,
            commit=review.commit,
            hunk=place.hunk.text(side, place.line) if place.hunk and place.line else "",
            subject="line" if place.hunk else "file",
            original_line=place.line,
            original_start_line=place.start_line,
            original_commit=review.commit,
        )

    def react(self, comment: Comment | LineComment, user: Account, content: str) -> tuple[Reaction, bool]:
        """A reaction, and whether it is new: the same one twice is one."""
        for reaction in comment.reactions:
            if (reaction.user, reaction.content) == (user, content):
                return reaction, False
        comment.reactions.append(Reaction(next(self.world.ids), user, content))
        self.world.changed()
        return comment.reactions[-1], True

    def add_check_run(self, repository: Repository, given: Mapping[str, Any], app_id: int = 0) -> CheckRun:
        """A new check run of the App, or of another one."""
        check_run_fields(given, None)
        app_id = app_id or self.shapes.application.id
        run = CheckRun(next(self.world.ids), repository, given["name"], given["head_sha"], app_id)
        self._fill(run, given)
        self.world.check_runs.append(run)
        self._queue_moves(repository, run.head)
        self.world.changed()
        return run

    def change_check_run(self, run: CheckRun, given: Mapping[str, Any]) -> CheckRun:
        """More about a check run that is not finished."""
        check_run_fields(given, run)
        self._fill(run, given)
        self._queue_moves(run.repository, run.head)
        self.world.changed()
        return run

    def _fill(self, run: CheckRun, given: Mapping[str, Any]) -> None:
        output = given.get("output") or {}
        for key in ("title", "summary", "text"):
            setattr(run, key, output.get(key, getattr(run, key)))
        for key in ("external_id", "details_url", "actions", "name"):
            setattr(run, key, given.get(key, getattr(run, key)))
        for note in output.get("annotations", []):
            place = (note["path"], note["start_line"], note["end_line"], note["annotation_level"])
            run.annotations.append(LineNote(*place, note.get("title", ""), note["message"]))
        run.conclusion = given.get("conclusion", run.conclusion)
        run.status = "completed" if run.conclusion else given.get("status", run.status)
        run.completed = now() if run.status == "completed" else None

    def add_status(self, repository: Repository, head: str, creator: Account, given: Mapping[str, Any]) -> Status:
        """A new commit status."""
        status_fields(given)
        context = given.get("context", "default")
        words = (given["state"], context, given.get("description"), given.get("target_url"))
        status = Status(next(self.world.ids), repository, head, *words, creator)
        self.world.statuses.append(status)
        self.world.changed()
        return status

    def press(self, run: CheckRun, user: Account, button: str = "") -> None:
        """Someone presses Re-run, or one of the check run's own buttons."""
        shape = self.shapes.check_run(run, self.pulls_on(run))
        action = "requested_action" if button else "rerequested"
        more = {"requested_action": {"identifier": button}} if button else {}
        self.deliveries.emit("check_run", self.payloads.check_run(action, run, shape, user, **more))

    def press_all(self, pull: PullRequest, user: Account) -> None:
        """Someone has all checks of the head run again."""
        own = [] if pull.from_fork else [pull]
        self.deliveries.emit("check_suite", self.payloads.check_suite("rerequested", pull, own, user))

    def pulls_on(self, run: CheckRun) -> list[PullRequest]:
        """Pull requests whose head the check run is on."""
        return [pull for pull in self.world.pulls if pull.repository is run.repository and pull.head == run.head]


def _have_passed(runs: Iterable[CheckRun]) -> bool:
    return all(run.conclusion in PASSING for run in runs)
