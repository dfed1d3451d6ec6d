"""The sandbox's web server: on 127.0.0.1 only, a thread for each request."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask, Response, g, request
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from bot.fake_forge.faults import Fault
from bot.fake_forge.git_http import serve
from bot.fake_forge.github.forge import AnsweredRequest, GitHub
from bot.fake_forge.github.registration import registration
from bot.fake_forge.github.rest import graphql_api, refused, rest_api
from bot.fake_forge.github.rules import Refusal
from bot.fake_forge.pull_page import pages

HOST = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Speaks HTTP/1.1, so that connections are kept, and writes no line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(slots=True)
class Server:
    """A running server."""

    server: BaseWSGIServer
    thread: threading.Thread

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server.server_port}"

    def stop(self) -> None:
        """Stop listening and wait until it has."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def listen(port: int) -> BaseWSGIServer:
    """Bind the port (0: any free one), without an application yet: its address goes into the application."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server(HOST, port, Flask("bot.fake_forge.unready"), threaded=True, request_handler=_Quiet)


def run(server: BaseWSGIServer, github: GitHub) -> Server:
    """Answer requests in a thread."""
    return start(server, application(github))


def start(server: BaseWSGIServer, app: Flask) -> Server:
    """Answer requests by an application, in a thread."""
    server.app = app
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    return Server(server, thread)


def application(github: GitHub) -> Flask:
    """The API, git over HTTP, and the pages for people."""
    app = Flask("bot.fake_forge", static_folder="static", template_folder="templates")
    app.register_blueprint(rest_api(github))
    app.register_blueprint(graphql_api(github))
    app.register_blueprint(registration(github))
    app.register_blueprint(pages(github))
    app.add_url_rule("/<owner>/<name>.git/<path:path>", "git", lambda **a: _git(github, **a), methods=["GET", "POST"])
    app.before_request(lambda: github.faults.before_request(_failed))
    app.after_request(lambda response: _after(github, response))
    app.register_error_handler(404, _not_found)
    return app


def _after(github: GitHub, response: Response) -> Response:
    fault = None
    if response.status_code < 400:
        fault = github.faults.take(request.method, request.path, after=True)
    if fault is not None:
        g.ordered, response = True, _failed(fault)
    if request.path.startswith("/api/") or ".git/" in request.path:
        github.requests.append(_recorded(response))
    response.headers.setdefault("X-RateLimit-Limit", "5000")
    response.headers.setdefault("X-RateLimit-Remaining", "4999")
    response.headers.setdefault("X-RateLimit-Reset", str(int(time.time()) + 3600))
    return response


def _recorded(response: Response) -> AnsweredRequest:
    path = request.full_path.rstrip("?")
    if not request.path.startswith("/api/"):
        return AnsweredRequest(request.method, path, response.status_code)
    given = None
    if request.method != "GET":
        with suppress(ClientDisconnected):  # what was sent broke off
            given = request.get_json(force=True, silent=True)
    answer = response.get_json(silent=True)
    return AnsweredRequest(request.method, path, response.status_code, given, answer, g.get("ordered", False))


def _failed(fault: Fault) -> Response:
    time.sleep(fault.seconds)
    if fault.status >= 500:
        return Response("<html>Unicorn!</html>", fault.status, dict(fault.headers), mimetype="text/html")
    response, _ = refused(Refusal(fault.status, fault.message or "Ordered by a test"))
    response.status_code = fault.status
    response.headers.update(fault.headers)
    return response


def _git(github: GitHub, owner: str, name: str, path: str) -> Response:
    try:
        caller = github.access.caller(request.headers.get("Authorization", ""))
        caller.require("contents:read")
        if not github.access.may_see(caller, owner):
            raise Refusal(404, "Not Found")
    except Refusal as refusal:
        status = 401 if refusal.status == 401 else 404
        return Response(refusal.message, status, {"WWW-Authenticate": 'Basic realm="sandbox"'})
    with github.world.lock:
        repository = github.world.repositories.get(f"{owner}/{name}")
    if repository is None:
        return Response("Repository not found.", 404)
    return serve(repository.git, path)


def _not_found(error: HTTPException) -> tuple[Response, int] | HTTPException:
    return refused(Refusal(404, "Not Found")) if request.path.startswith("/api/") else error
