"""Pages for people: a pull request as its reviewer sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from flask import Blueprint, Response, abort, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from bot.fake_forge.github.forge import GitHub
from bot.fake_forge.rendered_markdown import render
from bot.fake_forge.view import changed_file, homeless, said, where_words
from bot.fake_forge.visitors import VISITOR, is_asked, same_site, shown, written
from bot.fake_forge.world import PullRequest
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class CheckShown:
    """A check or status on the head."""

    name: str
    state: Literal["passed", "failed", "neutral", "running", "missing"]
    title: str
    summary: Markup
    annotations: int
    required: bool
    details: str
    can_rerun: bool = False


def pages(github: GitHub) -> Blueprint:
    """The start page and one page for each pull request, where a visitor can comment and ask for a re-run."""
    blueprint = Blueprint("pages", __name__)

    def found(owner: str, name: str, number: int) -> PullRequest:
        pull = github.world.pull(f"{owner}/{name}", number)
        return pull if pull is not None else abort(404)

    @blueprint.get("/")
    def start() -> Response:
        with github.world.lock:
            pulls = [(pull, _checks(github, pull), _verdict(github, pull)) for pull in reversed(github.world.pulls)]
        return shown("start.html", pulls=pulls)

    @blueprint.get("/<owner>/<name>/pull/<int:number>")
    def pull_request(owner: str, name: str, number: int) -> Response:
        with github.world.lock:
            return _pull_page(github, found(owner, name, number))

    @blueprint.post("/<owner>/<name>/pull/<int:number>/comments")
    def comment(owner: str, name: str, number: int) -> AnyResponse:
        text = written()
        with github.world.lock:
            pull = found(owner, name, number)
            if text:
                github.add_comment(pull, github.world.user(VISITOR), {"body": text})
        return redirect(url_for("pages.pull_request", owner=owner, name=name, number=number) + "#conversation", 303)

    @blueprint.post("/<owner>/<name>/pull/<int:number>/rerun")
    def rerun(owner: str, name: str, number: int) -> AnyResponse:
        same_site()
        with github.world.lock:
            run = github.newest_run(found(owner, name, number), request.form.get("check", ""))
            if run is not None:
                github.press(run, github.world.user(VISITOR))
        return redirect(url_for("pages.pull_request", owner=owner, name=name, number=number), 303)

    return blueprint


def _pull_page(github: GitHub, pull: PullRequest) -> Response:
    files = github.files(pull)
    comments = github.world.line_comments_on(pull)
    checks = _checks(github, pull)
    git = pull.repository.git
    return shown(
        "pull.html",
        pull=pull,
        verdict=_verdict(github, pull),
        waiting=_is_waiting(github, pull, checks),
        commits=git.commits(git.merge_base(pull.base, pull.head), pull.head),
        description=render(pull.body),
        checks=checks,
        conversation=[said(comment) for comment in github.world.comments_on(pull)],
        files=[changed_file(file, comments) for file in files],
        outdated=[said(comment, where_words(comment)) for comment in homeless(comments, files)],
        added=sum(file.count("added") for file in files),
        removed=sum(file.count("removed") for file in files),
    )


def _is_waiting(github: GitHub, pull: PullRequest, checks: Sequence[CheckShown]) -> bool:
    """Whether the bot is about to say something: then the page reloads itself."""
    if pull.state == "open" and any(check.state in ("running", "missing") for check in checks):
        return True
    return is_asked(next(reversed(github.world.comments_on(pull)), None))


def _verdict(github: GitHub, pull: PullRequest) -> str:
    if pull.merged or pull.state == "closed":
        return "merged" if pull.merged else "closed"
    return github.mergeable_state(pull)


def _checks(github: GitHub, pull: PullRequest) -> list[CheckShown]:
    required = pull.repository.required_checks
    names = {run.name for run in github.world.runs_on(pull.repository, pull.head)}
    shown = [_check_run(github, pull, name, name in required) for name in sorted(names)]
    statuses = {each.context: each for each in github.world.statuses_on(pull.repository, pull.head)}
    for context, status in sorted(statuses.items()):
        state = _STATES.get(status.state, "failed")
        title = status.description or status.state
        shown.append(CheckShown(context, state, title, Markup(), 0, context in required, status.target_url or ""))
    absent = sorted(required - names - statuses.keys())
    waiting = "Expected — waiting for status to be reported"
    return shown + [CheckShown(name, "missing", waiting, Markup(), 0, True, "") for name in absent]


State = Literal["passed", "failed", "neutral", "running", "missing"]

_STATES: dict[str | None, State] = {
    None: "running",
    "pending": "running",
    "success": "passed",
    "neutral": "neutral",
    "skipped": "neutral",
}


def _check_run(github: GitHub, pull: PullRequest, name: str, required: bool) -> CheckShown:
    run = github.newest_run(pull, name)
    assert run is not None
    state = _STATES.get(run.conclusion, "failed")
    summary = render(run.summary or "")
    return CheckShown(name, state, run.title or run.status, summary, len(run.annotations), required, run.details_url)
