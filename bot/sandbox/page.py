"""Pages for people: a pull request as its reviewer sees it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from bot.sandbox.github.forge import GitHub
from bot.sandbox.highlight import highlight
from bot.sandbox.markdown import render
from bot.sandbox.unified import FileDiff, Hunk
from bot.sandbox.world import Comment, LineComment, PullRequest, Reaction, now

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"

_REACTIONS = {"eyes": "👀", "rocket": "🚀", "confused": "😕", "-1": "👎", "+1": "👍", "heart": "❤️", "hooray": "🎉"}


@dataclass(frozen=True, slots=True)
class Said:
    """A comment to show."""

    id: int
    author: str
    bot: bool
    html: Markup
    where: str
    reactions: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a diff and the comments below it."""

    kind: str
    old: int | None
    new: int | None
    html: Markup
    comments: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A hunk."""

    header: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A file of the diff."""

    path: str
    status: str
    was: str
    added: int
    removed: int
    binary: bool
    sections: tuple[Section, ...]
    on_file: tuple[Said, ...]
    comments: int


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


VISITOR = "you"
"""Who comments from the page."""

ANSWER_SECONDS = 20
"""How long the page looks for an answer to a command."""


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
        return _shown("start.html", pulls=pulls)

    @blueprint.get("/<owner>/<name>/pull/<int:number>")
    def pull_request(owner: str, name: str, number: int) -> Response:
        with github.world.lock:
            return _pull_page(github, found(owner, name, number))

    @blueprint.post("/<owner>/<name>/pull/<int:number>/comments")
    def comment(owner: str, name: str, number: int) -> AnyResponse:
        _same_site()
        with github.world.lock:
            pull, text = found(owner, name, number), request.form.get("text", "").replace("\r\n", "\n")
            if text.strip():
                github.add_comment(pull, github.world.user(VISITOR), {"body": text})
        return redirect(url_for("pages.pull_request", owner=owner, name=name, number=number) + "#conversation", 303)

    @blueprint.post("/<owner>/<name>/pull/<int:number>/rerun")
    def rerun(owner: str, name: str, number: int) -> AnyResponse:
        _same_site()
        with github.world.lock:
            run = github.newest_run(found(owner, name, number), request.form.get("check", ""))
            if run is not None:
                github.press(run, github.world.user(VISITOR))
        return redirect(url_for("pages.pull_request", owner=owner, name=name, number=number), 303)

    return blueprint


def _same_site() -> None:
    """Other sites open in the same browser must not write here."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)


def _shown(template: str, **values: object) -> Response:
    response = make_response(render_template(template, **values))
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _pull_page(github: GitHub, pull: PullRequest) -> Response:
    files = github.files(pull)
    comments = github.world.line_comments_on(pull)
    checks = _checks(github, pull)
    git = pull.repository.git
    return _shown(
        "pull.html",
        pull=pull,
        verdict=_verdict(github, pull),
        waiting=_is_waiting(github, pull, checks),
        commits=git.commits(git.merge_base(pull.base, pull.head), pull.head),
        description=render(pull.body),
        checks=checks,
        conversation=[_said(comment) for comment in github.world.comments_on(pull)],
        files=[_changed(file, comments) for file in files],
        outdated=[_said(comment, _where(comment)) for comment in _homeless(comments, files)],
        added=sum(file.count("added") for file in files),
        removed=sum(file.count("removed") for file in files),
    )


def _is_waiting(github: GitHub, pull: PullRequest, checks: Sequence[CheckShown]) -> bool:
    """Whether the bot is about to say something: then the page reloads itself."""
    if pull.state == "open" and any(check.state in ("running", "missing") for check in checks):
        return True
    said = github.world.comments_on(pull)
    asked = bool(said) and said[-1].author.kind == "User" and said[-1].body.startswith("/")
    return asked and (now() - said[-1].created).total_seconds() < ANSWER_SECONDS


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


def _said(comment: Comment | LineComment, where: str = "", original: Sequence[str] = ()) -> Said:
    html = render(comment.body, original)
    author = comment.author
    return Said(comment.id, author.login, author.kind == "Bot", html, where, _reactions(comment.reactions))


def _reactions(reactions: Iterable[Reaction]) -> str:
    return " ".join(_REACTIONS.get(reaction.content, reaction.content) for reaction in reactions)


def _where(comment: LineComment) -> str:
    if comment.subject == "file":
        return "on the whole file"
    if comment.line is None:
        return f"on {comment.path}, line {comment.original_line} as it was"
    side = " of the old file" if comment.side == "LEFT" else ""
    first = f"{comment.start_line}–" if comment.start_line else ""
    return f"on line{'s' if first else ''} {first}{comment.line}{side}"


def _homeless(comments: Sequence[LineComment], files: Sequence[FileDiff]) -> list[LineComment]:
    """Comments whose lines are no longer in the diff."""
    shown = {file.path: file for file in files}
    return [c for c in comments if c.path not in shown or (c.subject == "line" and c.line is None)]


def _changed(file: FileDiff, comments: Sequence[LineComment]) -> Changed:
    here = [comment for comment in comments if comment.path == file.path]
    return Changed(
        path=file.path,
        status=file.status,
        was=file.base if file.status == "renamed" else "",
        added=file.count("added"),
        removed=file.count("removed"),
        binary=file.binary,
        sections=tuple(_section(file, hunk, here) for hunk in file.hunks),
        on_file=tuple(_said(comment, _where(comment)) for comment in here if comment.subject == "file"),
        comments=sum(comment.subject == "file" or comment.line is not None for comment in here),
    )


def _section(file: FileDiff, hunk: Hunk, comments: Sequence[LineComment]) -> Section:
    rows = []
    for line in hunk.lines:
        below = [c for c in comments if c.line is not None and c.line == (line.old if c.side == "LEFT" else line.new)]
        said = tuple(_said(comment, _where(comment), _original(hunk, comment)) for comment in below)
        rows.append(Row(line.kind, line.old, line.new, highlight(file.path, line.text), said))
    return Section(hunk.header, tuple(rows))


def _original(hunk: Hunk, comment: LineComment) -> list[str]:
    """The lines a comment stands on."""
    assert comment.line is not None
    wanted = range(comment.start_line or comment.line, comment.line + 1)
    return [line.text for line in hunk.lines if (line.old if comment.side == "LEFT" else line.new) in wanted]
