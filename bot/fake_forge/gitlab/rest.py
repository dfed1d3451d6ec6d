"""The REST endpoints of GitLab that the bot uses, below /api/v4."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from flask import Response, jsonify, request

from bot.fake_forge.gitlab import statuses
from bot.fake_forge.gitlab.access import DEVELOPER, GUEST, REPORTER, Caller
from bot.fake_forge.gitlab.forge import GitLab, resolvable
from bot.fake_forge.gitlab.model import LEVELS, DiffNote, MergeRequest, Note
from bot.fake_forge.gitlab.rules import Refusal, not_found
from bot.fake_forge.gitlab.shapes import Json, exact
from bot.fake_forge.world import Account, Repository
from bot.frozen import dataclass

PREFIX = "/api/v4"

Shown = tuple[Any, int]


class Page(list[Any]):
    """A list that is answered in pages."""


def refused(refusal: Refusal) -> Response:
    """A refusal as JSON."""
    response = jsonify({refusal.key: refusal.message})
    response.status_code = refusal.status
    return response


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`pattern` is a path whose parts in braces are handed on, as they are after decoding."""

    method: str
    pattern: str
    answer: Callable[..., Shown]

    def fits(self, method: str, parts: Sequence[str]) -> list[str] | None:
        """The parts that are handed on; None if this is not the endpoint."""
        mine = self.pattern.split("/")
        if method != self.method or len(mine) != len(parts):
            return None
        if any(one != other for one, other in zip(mine, parts, strict=True) if not one.startswith("{")):
            return None
        return [other for one, other in zip(mine, parts, strict=True) if one.startswith("{")]


def answer(gitlab: GitLab, raw_path: str) -> Response:
    """Answer the current request. `raw_path` is not decoded: a project's path is one part of it, slashes encoded."""
    parts = [unquote(part) for part in raw_path.removeprefix(f"{PREFIX}/").split("/")]
    try:
        for endpoint in _table(gitlab):
            arguments = endpoint.fits(request.method, parts)
            if arguments is not None:
                with gitlab.world.lock:
                    shown, status = endpoint.answer(*arguments)
                response = _paged(shown) if isinstance(shown, Page) else jsonify(shown)
                response.status_code = status
                return response
        raise Refusal(404, "404 Not Found", "error")
    except Refusal as refusal:
        return refused(refusal)


def _table(gitlab: GitLab) -> tuple[Endpoint, ...]:
    requests, talk, people, commits = _Requests(gitlab), _Talk(gitlab), _People(gitlab), _Commits(gitlab)
    one = "projects/{project}/merge_requests/{number}"
    return (
        Endpoint("GET", "user", people.myself),
        Endpoint("GET", "personal_access_tokens/self", people.own_token),
        Endpoint("GET", "users", people.users),
        Endpoint("GET", "projects", people.projects),
        Endpoint("GET", "projects/{project}", people.project),
        Endpoint("GET", "projects/{project}/members/all/{user}", people.member),
        Endpoint("GET", "groups/{group}/members/all/{user}", people.group_member),
        Endpoint("GET", "projects/{project}/events", people.events),
        Endpoint("GET", "projects/{project}/merge_requests", requests.all),
        Endpoint("GET", one, requests.one),
        Endpoint("GET", f"{one}/versions", requests.versions),
        Endpoint("GET", f"{one}/approvals", requests.approvals),
        Endpoint("GET", f"{one}/discussions", talk.discussions),
        Endpoint("POST", f"{one}/discussions", talk.begin),
        Endpoint("PUT", f"{one}/discussions/{{discussion}}", talk.resolve),
        Endpoint("POST", f"{one}/discussions/{{discussion}}/notes", talk.answer),
        Endpoint("POST", f"{one}/notes", talk.comment),
        Endpoint("PUT", f"{one}/notes/{{note}}", talk.edit),
        Endpoint("POST", f"{one}/notes/{{note}}/award_emoji", talk.award),
        Endpoint("GET", "projects/{project}/repository/commits/{sha}", commits.one),
        Endpoint("GET", "projects/{project}/repository/commits/{sha}/statuses", commits.statuses),
        Endpoint("POST", "projects/{project}/statuses/{sha}", commits.status),
    )


def _paged(items: Sequence[Any]) -> Response:
    """docs.gitlab.com/api/rest/#pagination: twenty a page, at most a hundred, further ones named by headers."""
    size, page = min(_number("per_page", 20), 100), _number("page", 1)
    response = jsonify(list(items[(page - 1) * size : page * size]))
    more = page * size < len(items)
    response.headers["X-Page"], response.headers["X-Per-Page"] = str(page), str(size)
    response.headers["X-Next-Page"] = str(page + 1) if more else ""
    if more:
        # As on an instance behind a wrong external_url: whoever follows it sends the token elsewhere.
        response.headers["Link"] = f'<http://elsewhere.invalid{request.path}?page={page + 1}>; rel="next"'
    return response


def _number(name: str, default: int) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and int(value) > 0 else default


def _given() -> Mapping[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refusal(400, "The provided content-type is not supported", "error")
    return body


class _Endpoints:
    def __init__(self, gitlab: GitLab) -> None:
        self.gitlab = gitlab
        self.world = gitlab.world
        self.shapes = gitlab.shapes

    def caller(self, what: str) -> Caller:
        caller = self.gitlab.access.caller(dict(request.headers))
        caller.require(what)
        return caller

    def found(self, name: str, caller: Caller, level: int = GUEST) -> Repository:
        """The project by id or full path, if the caller has that level there."""
        project = next((p for p in self.world.repositories.values() if name in (p.full_name, str(p.id))), None)
        if project is None:
            raise not_found("Project")
        visibility = self.gitlab.settings_of(project).visibility
        self.gitlab.access.require_level(project, caller.user, level, visibility)
        return project

    def request(self, project: str, number: str, caller: Caller, level: int = GUEST) -> MergeRequest:
        repository = self.found(project, caller, level)
        pull = self.world.pull(repository.full_name, int(number)) if number.isdecimal() else None
        if not isinstance(pull, MergeRequest):
            raise not_found()
        return pull


class _People(_Endpoints):
    def myself(self) -> Shown:
        return self.shapes.myself(self.caller("read").user), 200

    def own_token(self) -> Shown:
        """docs.gitlab.com/api/personal_access_tokens/#self-inform; a project's and a group's token are such, too."""
        caller = self.gitlab.access.caller(dict(request.headers))
        facts = {"id": 1, "name": "iam-review", "revoked": False, "active": True, "user_id": caller.user.id}
        return {**facts, "scopes": list(caller.scopes), "expires_at": caller.ends or None}, 200

    def users(self) -> Shown:
        self.caller("read")
        login = request.args.get("username", "").lower()
        return Page(self.shapes.user(user) for name, user in self.world.users.items() if name.lower() == login), 200

    def project(self, project: str) -> Shown:
        caller = self.caller("read")
        found = self.found(project, caller)
        settings = self.gitlab.settings_of(found)
        return {
            **self.shapes.project(found, settings.visibility),
            "only_allow_merge_if_pipeline_succeeds": settings.pipelines_must_succeed,
            "permissions": self.gitlab.access.permissions(found, caller.user),
        }, 200

    def projects(self) -> Shown:
        caller, least = self.caller("read"), _number("min_access_level", 0)
        mine = (
            p for p in self.world.repositories.values() if self.gitlab.access.level(p, caller.user) >= max(least, 1)
        )
        return Page(self.shapes.project(p, self.gitlab.settings_of(p).visibility) for p in mine), 200

    def member(self, project: str, user: str) -> Shown:
        found, person = self.found(project, self.caller("read")), self._user(user)
        level = self.gitlab.access.level(found, person)
        if not level:
            raise not_found()
        return self.shapes.member(person, level), 200

    def group_member(self, group: str, user: str) -> Shown:
        self.caller("read")
        role = self.gitlab.access.groups.get(group, {}).get(self._user(user).login)
        if role is None:
            raise not_found("Group" if group not in self.gitlab.access.groups else "")
        return self.shapes.member(self._user(user), LEVELS[role]), 200

    def events(self, project: str) -> Shown:
        found = self.found(project, self.caller("read"))
        pushes = [
            (request, version) for request in self._requests_from(found) for version in reversed(request.versions)
        ]
        return Page(self._push(request, version.head) for request, version in pushes), 200

    def _requests_from(self, project: Repository) -> list[MergeRequest]:
        return [r for r in self.world.pulls if isinstance(r, MergeRequest) and r.source_project is project]

    def _push(self, pull: MergeRequest, head: str) -> Json:
        pusher = pull.repository.git.commit_at(head).author
        push = {"ref_type": "branch", "ref": pull.head_branch, "commit_to": head, "action": "pushed"}
        return {"action_name": "pushed to", "author_username": pusher, "push_data": push}

    def _user(self, identity: str) -> Account:
        found = next((user for user in self.world.users.values() if str(user.id) == identity), None)
        if found is None:
            raise not_found("User")
        return found


class _Requests(_Endpoints):
    def all(self, project: str) -> Shown:
        found, state = self.found(project, self.caller("read")), request.args.get("state", "all")
        pulls = [p for p in self.world.pulls if isinstance(p, MergeRequest) and p.repository is found]
        shapes = [self.shapes.merge_request_simple(pull) for pull in reversed(pulls)]
        return Page(shape for shape in shapes if state in (shape["state"], "all")), 200

    def one(self, project: str, number: str) -> Shown:
        return self.shapes.merge_request(self.gitlab, self.request(project, number, self.caller("read"))), 200

    def versions(self, project: str, number: str) -> Shown:
        pull = self.request(project, number, self.caller("read"))
        return Page(self.shapes.version(version) for version in reversed(pull.versions) if pull.prepared), 200

    def approvals(self, project: str, number: str) -> Shown:
        """docs.gitlab.com/api/merge_request_approvals/ "Retrieve approval state for a merge request"."""
        pull = self.request(project, number, self.caller("read"))
        given = [
            {"user": self.shapes.user(self.world.user(login)), "approved_at": exact(at)}
            for login, at in pull.approvals.items()
        ]
        return {"user_has_approved": False, "approved": bool(given), "approved_by": given}, 200


class _Talk(_Endpoints):
    def discussions(self, project: str, number: str) -> Shown:
        pull = self.request(project, number, self.caller("read"))
        threads: dict[str, list[Note | DiffNote]] = {}
        for note in self.gitlab.notes(pull):
            threads.setdefault(note.discussion, []).append(note)
        return Page(self._thread(notes) for notes in threads.values()), 200

    def _thread(self, notes: Sequence[Note | DiffNote]) -> Json:
        alone = isinstance(notes[0], Note) and not notes[0].in_thread
        shown = [self.shapes.note(note, resolvable(note)) for note in notes]
        return {"id": notes[0].discussion, "individual_note": alone, "notes": shown}

    def begin(self, project: str, number: str) -> Shown:
        caller = self.caller("write")
        note = self.gitlab.begin_thread(self.request(project, number, caller), caller.user, _given())
        return self._thread([note]), 201

    def resolve(self, project: str, number: str, discussion: str) -> Shown:
        """It takes a Developer, or the merge request's author: docs.gitlab.com/user/discussions/#resolve-a-thread."""
        caller = self.caller("write")
        pull = self.request(project, number, caller)
        if self.gitlab.access.level(pull.repository, caller.user) < DEVELOPER and pull.author is not caller.user:
            raise Refusal(403, "403 Forbidden")
        resolved = _given().get("resolved")
        if not isinstance(resolved, bool):
            raise Refusal(400, "resolved is missing", "error")
        return self._thread(self.gitlab.resolve(pull, discussion, resolved, caller.user)), 200

    def answer(self, project: str, number: str, discussion: str) -> Shown:
        caller = self.caller("write")
        pull = self.request(project, number, caller)
        note = self.gitlab.answer(pull, caller.user, discussion, _given())
        return self.shapes.note(note, resolvable(note)), 201

    def comment(self, project: str, number: str) -> Shown:
        caller = self.caller("write")
        note = self.gitlab.add_comment(self.request(project, number, caller), caller.user, _given())
        return self.shapes.note(note, resolvable(note)), 201

    def edit(self, project: str, number: str, note: str) -> Shown:
        caller = self.caller("write")
        found = self._note(self.request(project, number, caller), note)
        if found.author is not caller.user:
            raise Refusal(403, "403 Forbidden")
        self.gitlab.edit(found, caller.user, _given())
        return self.shapes.note(found, resolvable(found)), 200

    def award(self, project: str, number: str, note: str) -> Shown:
        caller = self.caller("write")
        found, name = self._note(self.request(project, number, caller), note), _given().get("name")
        if name not in ("eyes", "rocket", "confused", "thumbsup", "thumbsdown", "heart", "tada"):
            raise Refusal(404, '404 Award Emoji {:name=>["is not a valid emoji name"]} Not Found')
        return self.shapes.award(self.gitlab.react(found, caller.user, name)), 201

    def _note(self, pull: MergeRequest, identity: str) -> Note | DiffNote:
        found = next((note for note in self.gitlab.notes(pull) if str(note.id) == identity), None)
        if found is None:
            raise not_found("Note")
        return found


class _Commits(_Endpoints):
    def one(self, project: str, sha: str) -> Shown:
        git = self.found(project, self.caller("read"), GUEST).git
        if not git.has_commit(sha):
            raise not_found("Commit")
        return self.shapes.commit(git.commit_at(sha)), 200

    def statuses(self, project: str, sha: str) -> Shown:
        """It takes a Reporter in a private project: docs.gitlab.com/user/permissions/ "View pipeline"."""
        found = self.found(project, self.caller("read"), REPORTER if self._is_private(project) else GUEST)
        pairs = statuses.statuses_on(self.gitlab, found, sha, request.args)
        return Page(self.shapes.status(pipeline, job) for pipeline, job in pairs), 200

    def status(self, project: str, sha: str) -> Shown:
        """It takes a Developer: docs.gitlab.com/user/permissions/ "Set commit status" (create_commit_status)."""
        caller = self.caller("write")
        found = self.found(project, caller, DEVELOPER)
        job = statuses.set_status(self.gitlab, found, sha, caller.user, _given())
        pipeline = next(pipeline for pipeline in self.gitlab.pipelines if job in pipeline.jobs)
        return self.shapes.status(pipeline, job), 201

    def _is_private(self, project: str) -> bool:
        named = (p for p in self.world.repositories.values() if project in (p.full_name, str(p.id)))
        return any(self.gitlab.settings_of(p).visibility == "private" for p in named)
