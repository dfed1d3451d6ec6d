"""The web server of the sandbox's GitLab: its API, git over HTTP, and its pages."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from bot.fake_forge.faults import Fault
from bot.fake_forge.git_http import serve
from bot.fake_forge.github.forge import AnsweredRequest
from bot.fake_forge.gitlab.access import GUEST
from bot.fake_forge.gitlab.forge import GitLab
from bot.fake_forge.gitlab.merge_request_page import pages
from bot.fake_forge.gitlab.rest import PREFIX, answer, refused
from bot.fake_forge.gitlab.rules import Refusal

_VERBS = ["GET", "POST", "PUT", "DELETE"]


def application(gitlab: GitLab) -> Flask:
    """All of it over one GitLab."""
    app = Flask("bot.fake_forge", static_folder="static", template_folder="templates")
    app.register_blueprint(pages(gitlab))
    app.add_url_rule(f"{PREFIX}/<path:path>", "api", lambda path: answer(gitlab, _raw_path()), methods=_VERBS)
    app.add_url_rule("/<path:name>.git/<path:path>", "git", lambda **a: _git(gitlab, **a), methods=["GET", "POST"])
    app.before_request(lambda: gitlab.faults.before_request(_failed))
    app.after_request(lambda response: _after(gitlab, response))
    return app


def _raw_path() -> str:
    """The path as it was sent: in what Flask makes of it an encoded slash is one like others."""
    return urlsplit(request.environ["REQUEST_URI"]).path


def _after(gitlab: GitLab, response: Response) -> Response:
    fault = gitlab.faults.take(request.method, request.path, after=True) if response.status_code < 400 else None
    if fault is not None:
        g.ordered, response = True, _failed(fault)
    if request.path.startswith(f"{PREFIX}/") or ".git/" in request.path:
        gitlab.requests.append(_recorded(response))
    # docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
    response.headers.setdefault("RateLimit-Limit", "2000")
    response.headers.setdefault("RateLimit-Remaining", "1999")
    response.headers.setdefault("RateLimit-Reset", str(int(time.time()) + 60))
    return response


def _recorded(response: Response) -> AnsweredRequest:
    path = request.full_path.rstrip("?")
    if not request.path.startswith(PREFIX):
        return AnsweredRequest(request.method, path, response.status_code)
    given = request.get_json(force=True, silent=True) if request.method != "GET" else None
    return AnsweredRequest(
        request.method, path, response.status_code, given, response.get_json(silent=True), g.get("ordered", False)
    )


def _failed(fault: Fault) -> Response:
    time.sleep(fault.seconds)
    if fault.status == 429:
        # config/initializers/rack_attack.rb: plain text.
        return Response("Retry later\n", 429, dict(fault.headers), mimetype="text/plain")
    if fault.status >= 502:
        return Response(
            "<html>GitLab is not responding</html>", fault.status, dict(fault.headers), mimetype="text/html"
        )
    response = refused(Refusal(fault.status, fault.message or f"{fault.status} Ordered by a test"))
    response.headers.update(fault.headers)
    return response


def _git(gitlab: GitLab, name: str, path: str) -> Response:
    try:
        caller = gitlab.access.caller(dict(request.headers))
        caller.require("git")
        with gitlab.world.lock:
            repository = gitlab.world.repositories.get(name)
            if repository is None:
                return Response("The project you were looking for could not be found.", 404)
            visibility = gitlab.settings_of(repository).visibility
            gitlab.access.require_level(repository, caller.user, GUEST, visibility)
    except Refusal as refusal:
        status = 401 if refusal.status == 401 else 403
        return Response("HTTP Basic: Access denied.", status, {"WWW-Authenticate": 'Basic realm="GitLab"'})
    return serve(repository.git, path)
