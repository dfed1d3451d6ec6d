"""The set-up of a bot that is not configured yet: makes the GitHub App from a manifest, tells GitLab's steps."""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable
from dataclasses import field
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, session
from werkzeug.wrappers import Response as Answer

from bot.errors import ForgeError
from bot.forges.github.manifest import AppKeys, creation_page, manifest
from bot.frozen import dataclass
from bot.web.gate import ANONYMOUS, Gate
from bot.web.pages.site import POLICY, static_files

NAME = "IAM review"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the set-up needs. `token` opens it, once for each browser, and is only in the log.

    `convert` exchanges GitHub's code; `save` writes the configuration and returns the file's name; `done` is called
    when the bot can start. `web_url` is the GitHub that people use.
    """

    public_url: str
    web_url: str
    convert: Callable[[str], AppKeys]
    save: Callable[[AppKeys], str]
    done: Callable[[], None]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


def create_set_up(set_up: SetUp) -> Flask:
    """The application that answers until the bot is configured."""
    app = Flask("bot.web", static_folder=None)
    app.secret_key = secrets.token_bytes(32)
    secure = set_up.public_url.startswith("https://")
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=secure, SESSION_COOKIE_NAME="iam_set_up")
    app.register_blueprint(static_files())
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="not configured yet"))
    app.add_url_rule("/", "front", _front)
    app.add_url_rule("/setup", "begin", lambda: _begin(set_up))
    app.add_url_rule("/setup/github", "made", lambda: _made(set_up))
    for code in (403, 404, 502):
        app.register_error_handler(code, _wrong)
    app.after_request(functools.partial(_guarded, set_up))
    return app


def _shown(template: str, title: str, **values: object) -> str:
    nobody = Gate(lambda *_: "none", playground="nobody")
    return render_template(template, page_title=title, visitor=ANONYMOUS, gate=nobody, **values)


def _front() -> Answer:
    """Where somebody looks first who only knows the host."""
    _opened()
    return redirect("/setup", code=303)


def _begin(set_up: SetUp) -> Answer | str:
    if secrets.compare_digest(request.args.get("token", "").encode(), set_up.token.encode()):
        session["opened"] = True
        session["state"] = secrets.token_urlsafe(24)
        return redirect("/setup", code=303)
    _opened()
    organisation = request.args.get("organisation", "")
    described = json.dumps(manifest(request.args.get("name") or NAME, set_up.public_url))
    address = f"{creation_page(set_up.web_url, organisation)}?state={session['state']}"
    values = {"manifest": described, "address": address, "organisation": organisation}
    return _shown("setup.html", "Set-up", public_url=set_up.public_url, **values)


def _made(set_up: SetUp) -> str:
    _opened()
    given = request.args.get("state", "")
    if not secrets.compare_digest(session.get("state", ""), given) or not request.args.get("code"):
        abort(403, "This did not begin here. Begin again at /setup.")
    try:
        keys = set_up.convert(request.args["code"])
    except ForgeError as error:
        abort(502, f"GitHub did not give out the App's keys: {error}")
    file = set_up.save(keys)
    session.clear()
    set_up.done()
    return _shown("setup_done.html", "The App is made", slug=keys.slug, page=keys.page, file=file)


def _wrong(error: Exception) -> tuple[str, int]:
    said = getattr(error, "description", str(error))
    return _shown("error.html", "Set-up", message=said), getattr(error, "code", 500)


def _guarded(set_up: SetUp, response: Response) -> Response:
    """The manifest is posted to the forge by the browser: that address, and no other, may be posted to."""
    parts = urlsplit(set_up.web_url)
    policy = POLICY.replace("form-action 'self'", f"form-action 'self' {parts.scheme}://{parts.netloc}")
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _opened() -> None:
    if not session.get("opened"):
        abort(404, "The bot is not configured yet. Open the address with the token that it has written into its log.")
