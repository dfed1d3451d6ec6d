"""Pages for people: a merge request as its reviewer sees it on GitLab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from flask import Blueprint, Response, abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from bot.fake_forge.gitlab.forge import GitLab, resolvable
from bot.fake_forge.gitlab.model import DiffNote, Job, MergeRequest, Note
from bot.fake_forge.rendered_markdown import render
from bot.fake_forge.view import Said, changed_file, homeless, said, where_words
from bot.fake_forge.visitors import VISITOR, is_asked, shown, written
from bot.frozen import dataclass

State = Literal["passed", "failed", "running", "missing"]

_STATES: dict[str, State] = {"success": "passed", "failed": "failed", "canceled": "failed", "skipped": "passed"}

MERGE_WORDS = {
    "mergeable": "Ready to merge!",
    "draft_status": "Merge blocked: merge request must not be draft",
    "discussions_not_resolved": "Merge blocked: all threads must be resolved",
    "ci_must_pass": "Merge blocked: pipeline must succeed",
    "ci_still_running": "Merge blocked: pipeline must succeed. It is still running",
    "not_open": "Not open",
}


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread: its comments, and whether it is resolved (None where there is nothing to be)."""

    notes: tuple[Said, ...]
    resolved: bool | None
    system: bool = False


@dataclass(frozen=True, slots=True)
class JobShown:
    """A job of the head's pipeline."""

    name: str
    state: State
    words: str
    link: str


def pages(gitlab: GitLab) -> Blueprint:
    """The start page and one page for each merge request, where a visitor can comment."""
    blueprint = Blueprint("gitlab_pages", __name__)

    def found(project: str, number: int) -> MergeRequest:
        pull = gitlab.world.pull(project, number)
        return pull if isinstance(pull, MergeRequest) else abort(404)

    @blueprint.get("/")
    def start() -> Response:
        with gitlab.world.lock:
            requests = [each for each in reversed(gitlab.world.pulls) if isinstance(each, MergeRequest)]
            rows = [(each, _jobs(gitlab, each), _merge_words(gitlab, each)) for each in requests]
        return shown("gitlab_start.html", requests=rows)

    @blueprint.get("/<path:project>/-/merge_requests/<int:number>")
    def merge_request(project: str, number: int) -> Response:
        with gitlab.world.lock:
            return _page(gitlab, found(project, number))

    @blueprint.post("/<path:project>/-/merge_requests/<int:number>/notes")
    def comment(project: str, number: int) -> AnyResponse:
        text = written()
        with gitlab.world.lock:
            pull = found(project, number)
            if text:
                gitlab.add_comment(pull, gitlab.world.user(VISITOR), {"body": text})
        return redirect(f"{address(pull)}#activity", 303)

    return blueprint


def address(pull: MergeRequest) -> str:
    """The path of a merge request's page."""
    return f"/{pull.repository.full_name}/-/merge_requests/{pull.number}"


def _page(gitlab: GitLab, pull: MergeRequest) -> Response:
    files = gitlab.files(pull)
    on_diff = gitlab.world.line_comments_on(pull)
    notes = gitlab.notes(pull)
    jobs = _jobs(gitlab, pull)
    pipeline = gitlab.head_pipeline(pull)
    status = gitlab.detailed_merge_status(pull)
    threads = [note for note in notes if resolvable(note) and not getattr(note, "reply_to", None)]
    return shown(
        "gitlab_merge_request.html",
        merge_request=pull,
        address=address(pull),
        status=status,
        words=_merge_words(gitlab, pull),
        waiting=_is_waiting(gitlab, pull, jobs),
        commits=len(pull.repository.git.commits(pull.versions[-1].base, pull.head)),
        description=render(pull.body),
        pipeline=pipeline,
        jobs=jobs,
        activity=_activity(notes),
        files=[changed_file(file, on_diff) for file in files],
        outdated=[said(comment, where_words(comment)) for comment in homeless(on_diff, files)],
        resolved={note.id for note in notes if note.resolved},
        open_threads=sum(not note.resolved for note in threads),
        threads=len(threads),
        added=sum(file.count("added") for file in files),
        removed=sum(file.count("removed") for file in files),
    )


def _merge_words(gitlab: GitLab, pull: MergeRequest) -> str:
    if pull.merged:
        return "Merged"
    return "Closed" if pull.state != "open" else MERGE_WORDS[gitlab.detailed_merge_status(pull)]


def _activity(notes: Sequence[Note | DiffNote]) -> list[Thread]:
    """What was said on the merge request as a whole; comments on the diff are shown there."""
    threads: dict[str, list[Note]] = {}
    for note in notes:
        if isinstance(note, Note):
            threads.setdefault(note.discussion, []).append(note)
    return [
        Thread(
            tuple(map(said, talk)),
            all(note.resolved for note in talk) if any(map(resolvable, talk)) else None,
            talk[0].system,
        )
        for talk in threads.values()
    ]


def _jobs(gitlab: GitLab, pull: MergeRequest) -> list[JobShown]:
    pipeline = gitlab.head_pipeline(pull)
    if pipeline is None:
        return []
    return [_job(job) for job in pipeline.current]


def _job(job: Job) -> JobShown:
    return JobShown(job.name, _STATES.get(job.status, "running"), job.description or job.status, job.target_url or "")


def _is_waiting(gitlab: GitLab, pull: MergeRequest, jobs: Sequence[JobShown]) -> bool:
    """Whether the bot is about to say something: then the page reloads itself."""
    if pull.state == "open" and (not jobs or any(job.state == "running" for job in jobs)):
        return True
    talk = [note for note in gitlab.world.comments_on(pull) if isinstance(note, Note) and not note.system]
    return is_asked(next(reversed(talk), None))
