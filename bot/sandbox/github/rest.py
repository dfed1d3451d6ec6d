"""The REST endpoints of GitHub that the bot uses, below /api/v3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.sandbox.deliveries import Delivery
from bot.sandbox.github.access import Caller
from bot.sandbox.github.forge import GitHub
from bot.sandbox.github.rules import Refusal
from bot.sandbox.github.shapes import Json, stamp
from bot.sandbox.world import CheckRun, Comment, LineComment, PullRequest, Repository

REPOSITORY = "/repos/<owner>/<name>"

MAX_COMPARED_FILES = 300

Shown = tuple[Any, int]


def rest_api(github: GitHub) -> Blueprint:
    """All endpoints, over one GitHub."""
    blueprint = Blueprint("github_api", __name__, url_prefix="/api/v3")
    for method, path, answer in _table(github):
        endpoint = f"{method} {path}".replace(".", "_")
        blueprint.add_url_rule(path, endpoint, _locked(github, answer), methods=[method])
    blueprint.register_error_handler(Refusal, refused)
    return blueprint


def refused(refusal: Refusal) -> tuple[Response, int]:
    """A refusal as JSON."""
    words: Json = {"message": refusal.message, "documentation_url": "https://docs.github.com/rest"}
    if refusal.errors:
        words["errors"] = list(refusal.errors)
    return jsonify(words | {"status": str(refusal.status)}), refusal.status


def _locked(github: GitHub, answer: Callable[..., Shown]) -> Callable[..., tuple[Response, int]]:
    def view(**arguments: Any) -> tuple[Response, int]:
        with github.world.lock:
            shown, status = answer(**arguments)
        return _paged(shown) if isinstance(shown, _Page) else jsonify(shown), status

    return view


def _table(github: GitHub) -> Sequence[tuple[str, str, Callable[..., Shown]]]:
    pulls, conversation, checks, app = _Pulls(github), _Conversation(github), _Checks(github), _App(github)
    pull, issue = f"{REPOSITORY}/pulls/<int:number>", f"{REPOSITORY}/issues/<int:number>"
    return (
        ("GET", "/app", app.show),
        ("GET", "/app/hook/deliveries", app.deliveries),
        ("POST", "/app/hook/deliveries/<int:delivery>/attempts", app.redeliver),
        ("GET", "/app/installations", app.installations),
        ("POST", "/app/installations/<int:installation>/access_tokens", app.token),
        ("GET", "/installation/repositories", app.repositories),
        ("GET", "/user", app.user),
        ("GET", f"{REPOSITORY}/pulls", pulls.all),
        ("GET", pull, pulls.one),
        ("GET", f"{REPOSITORY}/compare/<path:basehead>", pulls.compare),
        ("GET", f"{REPOSITORY}/collaborators/<user>/permission", pulls.permission),
        ("GET", f"{issue}/comments", conversation.comments),
        ("POST", f"{issue}/comments", conversation.comment),
        ("PATCH", f"{REPOSITORY}/issues/comments/<int:comment>", conversation.edit),
        ("POST", f"{REPOSITORY}/issues/comments/<int:comment>/reactions", conversation.react),
        ("GET", f"{pull}/comments", conversation.line_comments),
        ("POST", f"{pull}/comments", conversation.line_comment),
        ("PATCH", f"{REPOSITORY}/pulls/comments/<int:comment>", conversation.edit_line),
        ("POST", f"{REPOSITORY}/pulls/comments/<int:comment>/reactions", conversation.react_line),
        ("POST", f"{pull}/reviews", conversation.review),
        ("POST", f"{REPOSITORY}/check-runs", checks.create),
        ("PATCH", f"{REPOSITORY}/check-runs/<int:run>", checks.change),
        ("GET", f"{REPOSITORY}/commits/<ref>/check-runs", checks.on_commit),
        ("GET", f"{REPOSITORY}/commits/<ref>/statuses", checks.statuses),
        ("POST", f"{REPOSITORY}/statuses/<ref>", checks.status),
    )


class _Page(list[Any]):
    """A list that is answered in pages."""


def _number(name: str, default: int) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and int(value) > 0 else default


def _slice(items: Sequence[Any]) -> tuple[Sequence[Any], bool]:
    """The page that was asked for, and whether there is another."""
    size, page = min(_number("per_page", 30), 100), _number("page", 1)
    return items[(page - 1) * size : page * size], page * size < len(items)


def _paged(items: Sequence[Any]) -> Response:
    shown, more = _slice(items)
    response = jsonify(list(shown))
    if more:
        arguments = "&".join(f"{k}={v}" for k, v in {**request.args, "page": _number("page", 1) + 1}.items())
        response.headers["Link"] = f'<{request.base_url}?{arguments}>; rel="next"'
    return response


def _given() -> Mapping[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refusal(400, "Problems parsing JSON")
    return body


@contextmanager
def _detailed(resource: str) -> Iterator[None]:
    """Refusals of some endpoints tell of each fault as an object."""
    try:
        yield
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        faults = tuple({"resource": resource, "code": "custom", "message": said} for said in refusal.errors)
        raise Refusal(422, "Validation Failed", faults) from None


class _Endpoints:
    def __init__(self, github: GitHub) -> None:
        self.github = github
        self.world = github.world
        self.shapes = github.shapes

    def caller(self, needed: str) -> Caller:
        caller = self.github.access.caller(request.headers.get("Authorization", ""))
        caller.require(needed)
        return caller

    def repository(self, owner: str, name: str) -> Repository:
        repository = self.world.repositories.get(f"{owner}/{name}")
        if repository is None:
            raise Refusal(404, "Not Found")
        return repository

    def pull(self, owner: str, name: str, number: int) -> PullRequest:
        pull = self.world.pull(f"{owner}/{name}", number)
        if pull is None:
            raise Refusal(404, "Not Found")
        return pull


class _App(_Endpoints):
    def _check(self) -> None:
        self.github.access.check_app(request.headers.get("Authorization", ""))

    def show(self) -> Shown:
        self._check()
        return self.shapes.app(), 200

    def token(self, installation: int) -> Shown:
        self._check()
        token, expires = self.github.access.installation_token(installation)
        permissions = dict(self.github.access.permissions)
        facts = {"permissions": permissions, "repository_selection": "all"}
        return {"token": token, "expires_at": stamp(expires), **facts}, 201

    def installations(self) -> Shown:
        self._check()
        return _Page([self.shapes.installation(self.github.access.installation)]), 200

    def repositories(self) -> Shown:
        self.caller("metadata:read")
        found = list(self.world.repositories.values())
        page, _ = _slice(found)
        return {"total_count": len(found), "repositories": [self.shapes.repository(each) for each in page]}, 200

    def user(self) -> Shown:
        caller = self.caller("metadata:read")
        if caller.is_app:
            raise Refusal(403, "Resource not accessible by integration")
        return self.shapes.myself(caller.user), 200

    def deliveries(self) -> Shown:
        self._check()
        newest_first = reversed(self.github.deliveries.sent)
        return _Page(self._attempt(delivery) for delivery in newest_first if delivery.answers), 200

    def _attempt(self, delivery: Delivery) -> Json:
        code = delivery.answers[-1]
        payload = delivery.payload
        return {
            "id": delivery.id,
            "guid": delivery.guid,
            "delivered_at": stamp(delivery.at),
            "redelivery": len(delivery.answers) > 1,
            "duration": 0.1,
            "status": "OK" if 200 <= code < 300 else "failed",
            "status_code": code,
            "event": delivery.event,
            "action": payload.get("action"),
            "installation_id": payload.get("installation", {}).get("id"),
            "repository_id": payload.get("repository", {}).get("id"),
        }

    def redeliver(self, delivery: int) -> Shown:
        self._check()
        found = next((each for each in self.github.deliveries.sent if each.id == delivery), None)
        if found is None:
            raise Refusal(404, "Not Found")
        self.github.deliveries.send(found)
        return {}, 202


class _Pulls(_Endpoints):
    def all(self, owner: str, name: str) -> Shown:
        self.caller("pull_requests:read")
        repository, state = self.repository(owner, name), request.args.get("state", "open")
        pulls = [p for p in self.world.pulls if p.repository is repository and state in (p.state, "all")]
        return _Page(self.shapes.pull_simple(pull) for pull in reversed(pulls)), 200

    def one(self, owner: str, name: str, number: int) -> Shown:
        self.caller("pull_requests:read")
        return self.github.pull_shape(self.pull(owner, name, number)), 200

    def permission(self, owner: str, name: str, user: str) -> Shown:
        self.caller("metadata:read")
        repository = self.repository(owner, name)
        if user not in self.world.users:
            raise Refusal(404, f"{user} is not a user")
        role = "admin" if user == owner else repository.roles.get(user, "read")
        legacy = {"maintain": "write", "triage": "read"}.get(role, role)
        shape = {**self.shapes.user(self.world.user(user)), "role_name": role}
        return {"permission": legacy, "role_name": role, "user": shape}, 200

    def compare(self, owner: str, name: str, basehead: str) -> Shown:
        self.caller("contents:read")
        repository = self.repository(owner, name)
        base_name, dots, head_name = basehead.partition("...")
        git = repository.git
        if not (dots and git.has_commit(base_name) and git.has_commit(head_name)):
            raise Refusal(404, "Not Found")
        base, head = git.resolve(base_name), git.resolve(head_name)
        merge_base = git.merge_base(base, head)
        ahead, behind = git.commits(base, head), git.commits(head, base)
        commits, _ = _slice(ahead)
        url = f"{self.shapes.api}/repos/{repository.full_name}/compare/{base_name}...{head_name}"
        page = f"{self.shapes.site}/{repository.full_name}/compare/{base_name}...{head_name}"
        return {
            "url": url,
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": self.shapes.commit(repository, git.commit_at(base)),
            "merge_base_commit": self.shapes.commit(repository, git.commit_at(merge_base)),
            "status": _direction(len(ahead), len(behind)),
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [self.shapes.commit(repository, commit) for commit in commits],
            "files": self._files(repository, merge_base, head) if _number("page", 1) == 1 else [],
        }, 200

    def _files(self, repository: Repository, base: str, head: str) -> list[Json]:
        files = repository.git.diff(base, head)[:MAX_COMPARED_FILES]
        return [self.shapes.file(repository, file, head) for file in files]


def _direction(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


WRITE_COMMENTS = "pull_requests:write|issues:write"


class _Conversation(_Endpoints):
    def comments(self, owner: str, name: str, number: int) -> Shown:
        self.caller("pull_requests:read|issues:read")
        pull = self.pull(owner, name, number)
        return _Page(self.shapes.comment(comment) for comment in self.world.comments_on(pull)), 200

    def comment(self, owner: str, name: str, number: int) -> Shown:
        caller = self.caller(WRITE_COMMENTS)
        with _detailed("IssueComment"):
            comment = self.github.add_comment(self.pull(owner, name, number), caller.user, _given())
        return self.shapes.comment(comment), 201

    def edit(self, owner: str, name: str, comment: int) -> Shown:
        caller = self.caller(WRITE_COMMENTS)
        found = self._comment(owner, name, comment)
        with _detailed("IssueComment"):
            self.github.edit_comment(found, caller.user, _given())
        return self.shapes.comment(found), 200

    def react(self, owner: str, name: str, comment: int) -> Shown:
        caller = self.caller(WRITE_COMMENTS)
        reaction, new = self.github.react(self._comment(owner, name, comment), caller.user, _content())
        return self.shapes.reaction(reaction), 201 if new else 200

    def line_comments(self, owner: str, name: str, number: int) -> Shown:
        self.caller("pull_requests:read")
        pull = self.pull(owner, name, number)
        return _Page(self.shapes.line_comment(comment) for comment in self.world.line_comments_on(pull)), 200

    def line_comment(self, owner: str, name: str, number: int) -> Shown:
        caller, pull, given = self.caller("pull_requests:write"), self.pull(owner, name, number), _given()
        with _detailed("PullRequestReviewComment"):
            comment = self.github.add_line_comment(pull, caller.user, given)
        return self.shapes.line_comment(comment), 201

    def edit_line(self, owner: str, name: str, comment: int) -> Shown:
        self.caller("pull_requests:write")
        found = self._line_comment(owner, name, comment)
        return self.shapes.line_comment(self.github.edit_line_comment(found, _given())), 200

    def react_line(self, owner: str, name: str, comment: int) -> Shown:
        caller = self.caller("pull_requests:write")
        reaction, new = self.github.react(self._line_comment(owner, name, comment), caller.user, _content())
        return self.shapes.reaction(reaction), 201 if new else 200

    def review(self, owner: str, name: str, number: int) -> Shown:
        caller, pull, given = self.caller("pull_requests:write"), self.pull(owner, name, number), _given()
        return self.shapes.review(self.github.add_review(pull, caller.user, given)), 200

    def _comment(self, owner: str, name: str, comment: int) -> Comment:
        repository = self.repository(owner, name)
        for found in self.world.comments:
            if found.id == comment and found.pull.repository is repository:
                return found
        raise Refusal(404, "Not Found")

    def _line_comment(self, owner: str, name: str, comment: int) -> LineComment:
        repository = self.repository(owner, name)
        for found in self.world.line_comments:
            if found.id == comment and found.pull.repository is repository:
                return found
        raise Refusal(404, "Not Found")


def _content() -> str:
    content = str(_given().get("content"))
    with _detailed("Reaction"):
        return _reaction(content)


def _reaction(content: str) -> str:
    if content not in ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"):
        raise Refusal(422, "Validation Failed", ("content is not a reaction",))
    return content


class _Checks(_Endpoints):
    def create(self, owner: str, name: str) -> Shown:
        caller, repository, given = self.caller("checks:write"), self.repository(owner, name), _given()
        if not caller.is_app:
            raise Refusal(403, "You must authenticate via a GitHub App.")
        if not repository.git.has_commit(str(given.get("head_sha", ""))):
            raise Refusal(422, f"No commit found for SHA: {given.get('head_sha')}")
        return self._shown(self.github.add_check_run(repository, given)), 201

    def change(self, owner: str, name: str, run: int) -> Shown:
        caller, repository = self.caller("checks:write"), self.repository(owner, name)
        if not caller.is_app:
            raise Refusal(403, "You must authenticate via a GitHub App.")
        found = next((each for each in self.world.check_runs if each.id == run), None)
        if found is None or found.repository is not repository:
            raise Refusal(404, "Not Found")
        if found.app_id != self.shapes.application.id:
            raise Refusal(403, "Resource not accessible by integration")
        return self._shown(self.github.change_check_run(found, _given())), 200

    def on_commit(self, owner: str, name: str, ref: str) -> Shown:
        self.caller("checks:read")
        name_wanted, app_wanted = request.args.get("check_name"), request.args.get("app_id")
        runs = [
            run
            for run in reversed(self.world.runs_on(self.repository(owner, name), ref))
            if name_wanted in (None, run.name) and app_wanted in (None, str(run.app_id))
        ]
        shown, _ = _slice(runs)
        return {"total_count": len(runs), "check_runs": [self._shown(run) for run in shown]}, 200

    def _shown(self, run: CheckRun) -> Json:
        return self.shapes.check_run(run, self.github.pulls_on(run))

    def statuses(self, owner: str, name: str, ref: str) -> Shown:
        self.caller("statuses:read")
        found = self.world.statuses_on(self.repository(owner, name), ref)
        return _Page(self.shapes.status(status) for status in reversed(found)), 200

    def status(self, owner: str, name: str, ref: str) -> Shown:
        caller, repository = self.caller("statuses:write"), self.repository(owner, name)
        if not repository.git.has_commit(ref):
            raise Refusal(422, f"No commit found for SHA: {ref}")
        return self.shapes.status(self.github.add_status(repository, ref, caller.user, _given())), 201
