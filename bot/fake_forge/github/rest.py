"""The REST endpoints of GitHub that the bot uses, below /api/v3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from flask import Blueprint, Response, jsonify, request
from werkzeug.routing import Map, Rule

from bot.fake_forge.deliveries import SentDelivery
from bot.fake_forge.github import graphql
from bot.fake_forge.github.endpoint import Endpoints, Page, Shown, detailed, given_json, number_of, paged, slice_of
from bot.fake_forge.github.forge import GitHub
from bot.fake_forge.github.rest_checks import Checks
from bot.fake_forge.github.rest_setup import Setup
from bot.fake_forge.github.rules import Refusal
from bot.fake_forge.github.shapes import Json, stamp
from bot.fake_forge.world import Comment, LineComment, Repository

REPOSITORY = "/repos/<owner>/<name>"

MAX_COMPARED_FILES = 300


def rest_api(github: GitHub) -> Blueprint:
    """All endpoints, over one GitHub."""
    answers = {(method, path): answer for method, path, answer in _table(github)}
    blueprint = Blueprint("github_api", __name__, url_prefix="/api/v3")

    def view(path: str) -> tuple[Response, int]:
        endpoint, arguments = _routes(tuple(answers)).bind("").match(f"/{path}", request.method)
        request.view_args = dict(arguments)  # by them is told whose repository an installation asks for
        with github.world.lock:
            shown, status = answers[endpoint](**arguments)
        return paged(shown) if isinstance(shown, Page) else jsonify(shown), status

    blueprint.add_url_rule("/<path:path>", "api", view, methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
    blueprint.register_error_handler(Refusal, refused)
    return blueprint


@cache
def _routes(table: tuple[tuple[str, str], ...]) -> Map:
    """The routes, compiled once: a sandbox starts in a quarter of the time that this takes."""
    return Map([Rule(path, methods=[method], endpoint=(method, path)) for method, path in table])


def graphql_api(github: GitHub) -> Blueprint:
    """The GraphQL endpoint, where GitHub Enterprise has it."""
    blueprint = Blueprint("github_graphql", __name__)

    @blueprint.post("/api/graphql")
    def query() -> Response:
        with github.world.lock:
            caller = github.access.caller(request.headers.get("Authorization", ""))
            return jsonify(graphql.answer(github, caller, given_json()))

    blueprint.register_error_handler(Refusal, refused)
    return blueprint


def refused(refusal: Refusal) -> tuple[Response, int]:
    """A refusal as JSON."""
    words: Json = {"message": refusal.message, "documentation_url": "https://docs.github.com/rest"}
    if refusal.errors:
        words["errors"] = list(refusal.errors)
    return jsonify(words | {"status": str(refusal.status)}), refusal.status


def _table(github: GitHub) -> Sequence[tuple[str, str, Callable[..., Shown]]]:
    pulls, conversation, checks, app = _Pulls(github), _Conversation(github), Checks(github), _App(github)
    setup = Setup(github)
    pull, issue = f"{REPOSITORY}/pulls/<int:number>", f"{REPOSITORY}/issues/<int:number>"
    return (
        ("GET", "/app", app.show),
        ("GET", "/app/hook/config", setup.hook),
        ("GET", "/app/hook/deliveries", app.deliveries),
        ("POST", "/app/hook/deliveries/<int:delivery>/attempts", app.redeliver),
        ("GET", "/app/installations", app.installations),
        ("POST", "/app/installations/<int:installation>/access_tokens", app.token),
        ("GET", "/installation/repositories", app.repositories),
        ("GET", "/user", app.user),
        ("GET", REPOSITORY, setup.repository_facts),
        ("GET", f"{REPOSITORY}/installation", setup.installation),
        ("GET", f"{REPOSITORY}/rules/branches/<path:branch>", setup.rules),
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
        ("POST", f"{pull}/comments/<int:comment>/replies", conversation.reply),
        ("GET", f"{pull}/reviews", conversation.reviews),
        ("POST", f"{pull}/reviews", conversation.review),
        ("GET", "/orgs/<organisation>/teams/<team>/memberships/<user>", pulls.membership),
        ("POST", f"{REPOSITORY}/code-scanning/sarifs", checks.sarif),
        ("POST", f"{REPOSITORY}/check-runs", checks.create),
        ("PATCH", f"{REPOSITORY}/check-runs/<int:run>", checks.change),
        ("GET", f"{REPOSITORY}/commits/<ref>/check-runs", checks.on_commit),
        ("GET", f"{REPOSITORY}/commits/<ref>/statuses", checks.statuses),
        ("POST", f"{REPOSITORY}/statuses/<ref>", checks.status),
    )


class _App(Endpoints):
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
        access = self.github.access
        numbers = (access.installation, *access.further.values())
        return Page([self.shapes.installation(number) for number in numbers]), 200

    def repositories(self) -> Shown:
        caller = self.caller("metadata:read")
        access = self.github.access
        found = [each for each in self.world.repositories.values() if access.may_see(caller, each.owner.login)]
        return Page((self.shapes.repository(each) for each in found), "repositories"), 200

    def user(self) -> Shown:
        caller = self.caller("metadata:read")
        if caller.is_app:
            raise Refusal(403, "Resource not accessible by integration")
        return self.shapes.myself(caller.user), 200

    def deliveries(self) -> Shown:
        self._check()
        newest_first = reversed(self.github.deliveries.sent)
        return Page((self._attempt(delivery) for delivery in newest_first if delivery.answers), cursor=True), 200

    def _attempt(self, delivery: SentDelivery) -> Json:
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


class _Pulls(Endpoints):
    def all(self, owner: str, name: str) -> Shown:
        self.caller("pull_requests:read")
        repository, state = self.repository(owner, name), request.args.get("state", "open")
        pulls = [p for p in self.world.pulls if p.repository is repository and state in (p.state, "all")]
        return Page(self.shapes.pull_simple(pull) for pull in reversed(pulls)), 200

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

    def membership(self, organisation: str, team: str, user: str) -> Shown:
        caller = self.caller("members:read")
        if not self.github.access.may_see(caller, organisation):
            raise Refusal(404, "Not Found")
        if user not in self.world.teams.get(f"{organisation}/{team}", ()):
            raise Refusal(404, "Not Found")
        url = f"{self.shapes.api}/organizations/1/team/1/memberships/{user}"
        return {"url": url, "role": "member", "state": "active"}, 200

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
        commits, _ = slice_of(ahead)
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
            "files": self._files(repository, merge_base, head) if number_of("page", 1) == 1 else [],
        }, 200

    def _files(self, repository: Repository, base: str, head: str) -> list[Json]:
        files = repository.git.diff(base, head)[:MAX_COMPARED_FILES]
        return [self.shapes.file(repository, file, head) for file in files]


def _direction(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


WRITE_COMMENTS = "pull_requests:write|issues:write"


class _Conversation(Endpoints):
    def comments(self, owner: str, name: str, number: int) -> Shown:
        self.caller("pull_requests:read|issues:read")
        pull = self.pull(owner, name, number)
        return Page(self.shapes.comment(comment) for comment in self.world.comments_on(pull)), 200

    def comment(self, owner: str, name: str, number: int) -> Shown:
        caller = self.caller(WRITE_COMMENTS)
        with detailed("IssueComment"):
            comment = self.github.add_comment(self.pull(owner, name, number), caller.user, given_json())
        return self.shapes.comment(comment), 201

    def edit(self, owner: str, name: str, comment: int) -> Shown:
        caller = self.caller(WRITE_COMMENTS)
        found = self._comment(owner, name, comment)
        with detailed("IssueComment"):
            self.github.edit_comment(found, caller.user, given_json())
        return self.shapes.comment(found), 200

    def react(self, owner: str, name: str, comment: int) -> Shown:
        caller = self.caller(WRITE_COMMENTS)
        reaction, new = self.github.react(self._comment(owner, name, comment), caller.user, _content())
        return self.shapes.reaction(reaction), 201 if new else 200

    def line_comments(self, owner: str, name: str, number: int) -> Shown:
        self.caller("pull_requests:read")
        pull = self.pull(owner, name, number)
        return Page(self.shapes.line_comment(comment) for comment in self.world.line_comments_on(pull)), 200

    def line_comment(self, owner: str, name: str, number: int) -> Shown:
        caller, pull, given = self.caller("pull_requests:write"), self.pull(owner, name, number), given_json()
        with detailed("PullRequestReviewComment"):
            comment = self.github.add_line_comment(pull, caller.user, given)
        return self.shapes.line_comment(comment), 201

    def reply(self, owner: str, name: str, number: int, comment: int) -> Shown:
        caller, found = self.caller("pull_requests:write"), self._line_comment(owner, name, comment)
        if found.pull.number != number:
            raise Refusal(404, "Not Found")
        return self.shapes.line_comment(self.github.add_reply(found, caller.user, given_json())), 201

    def edit_line(self, owner: str, name: str, comment: int) -> Shown:
        self.caller("pull_requests:write")
        found = self._line_comment(owner, name, comment)
        return self.shapes.line_comment(self.github.edit_line_comment(found, given_json())), 200

    def react_line(self, owner: str, name: str, comment: int) -> Shown:
        caller = self.caller("pull_requests:write")
        reaction, new = self.github.react(self._line_comment(owner, name, comment), caller.user, _content())
        return self.shapes.reaction(reaction), 201 if new else 200

    def reviews(self, owner: str, name: str, number: int) -> Shown:
        self.caller("pull_requests:read")
        pull = self.pull(owner, name, number)
        return Page(self.shapes.review(review) for review in self.world.reviews if review.pull is pull), 200

    def review(self, owner: str, name: str, number: int) -> Shown:
        caller, pull, given = self.caller("pull_requests:write"), self.pull(owner, name, number), given_json()
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
    content = str(given_json().get("content"))
    with detailed("Reaction"):
        return _reaction(content)


def _reaction(content: str) -> str:
    if content not in ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"):
        raise Refusal(422, "Validation Failed", ("content is not a reaction",))
    return content
