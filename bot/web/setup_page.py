"""The set-up of a bot that is not configured yet: a GitHub App made from a manifest, a GitLab token tried and kept."""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, redirect, render_template, request, session
from werkzeug.wrappers import Response as Answer

from bot.errors import ConfigError, ForgeError
from bot.forges.github.connection import api_url, web_url
from bot.forges.github.manifest import AppKeys, creation_page, manifest
from bot.forges.gitlab.connection import DEFAULT_BASE_URL
from bot.forges.gitlab.webhook import HOOK_EVENTS
from bot.forges.health import CheckResult
from bot.frozen import dataclass
from bot.web.gate import ANONYMOUS, Gate
from bot.web.pages.manual_pages import manual_pages
from bot.web.pages.site import POLICY, static_files

NAME = "IAM review"


@dataclass(frozen=True, slots=True)
class NewSection:
    """A forge's section of the configuration: `plain` settings, and `secret` ones, which go into files of their own."""

    forge: str
    plain: Mapping[str, object]
    secret: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the set-up needs. `token` opens it, once for each browser, and is only in the log.

    `api` is GitHub's REST API unless the page is given another. `convert` exchanges GitHub's code at such an API;
    `tried` looks at what a section leads to, and at a repository if one is named; `save` writes the configuration and
    returns the file's name; `done` is called when the bot can start.
    """

    public_url: str
    api: str
    convert: Callable[[str, str], AppKeys]
    tried: Callable[[NewSection, str], Sequence[CheckResult]]
    save: Callable[[NewSection], str]
    done: Callable[[], None]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


def create_set_up(set_up: SetUp) -> Flask:
    """The application that answers until the bot is configured."""
    app = Flask("bot.web", static_folder=None)
    app.secret_key = secrets.token_bytes(32)
    secure = set_up.public_url.startswith("https://")
    app.config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=secure, SESSION_COOKIE_NAME="iam_set_up")
    app.register_blueprint(static_files())
    app.register_blueprint(manual_pages(lambda title, body: _shown("manual.html", title, body=body)))
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="not configured yet"))
    app.add_url_rule("/", "front", _front)
    app.add_url_rule("/setup", "begin", lambda: _begin(set_up))
    app.add_url_rule("/setup/github", "made", lambda: _made(set_up))
    app.add_url_rule("/setup/gitlab", "gitlab", lambda: _token_given(set_up), methods=["POST"])
    for code in (400, 403, 404, 502):
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
    server = request.args.get("server", "").strip()
    try:
        session["api"] = api_url(server) if server else set_up.api
    except ConfigError as error:
        abort(400, str(error))
    return _page(set_up, server=server, organisation=request.args.get("organisation", ""))


def _page(set_up: SetUp, **values: Any) -> str:
    described = manifest(request.args.get("name") or NAME, set_up.public_url)
    web = web_url(session.get("api", set_up.api))
    address = f"{creation_page(web, values.get('organisation', ''))}?state={session['state']}"
    shown = {
        "public_url": set_up.public_url,
        "github": urlsplit(web).netloc,
        "asks": described,
        "manifest": json.dumps(described),
        "address": address,
        "state": session["state"],
        "hook_events": HOOK_EVENTS,
        "given": {"address": DEFAULT_BASE_URL},
    }
    return _shown("setup.html", "Set-up", **{**shown, **values})


def _made(set_up: SetUp) -> str:
    _opened()
    _asked_for_here(request.args.get("state", ""))
    if not request.args.get("code"):
        abort(403, "GitHub gave no code. Begin again at /setup.")
    api = session.get("api", set_up.api)
    try:
        keys = set_up.convert(api, request.args["code"])
    except ForgeError as error:
        abort(502, f"GitHub did not give out the App's keys: {error}")
    plain = {"app_id": keys.app_id, "base_url": api}
    section = NewSection("github", plain, {"private_key": keys.private_key, "webhook_secret": keys.webhook_secret})
    file = set_up.save(section)  # first of all: these keys are given out once
    return _ended(set_up, section, file, slug=keys.slug, app_page=keys.page, symptoms=set_up.tried(section, ""))


def _token_given(set_up: SetUp) -> str:
    _opened()
    _asked_for_here(request.form.get("state", ""))
    given = {name: request.form.get(name, "").strip() for name in ("address", "token", "signing_token", "project")}
    secret = {"token": given["token"]}
    if given["signing_token"]:
        secret["signing_token"] = given["signing_token"]
    else:
        secret["webhook_token"] = session.setdefault("webhook_token", secrets.token_urlsafe(32))
    section = NewSection("gitlab", {"base_url": given["address"] or DEFAULT_BASE_URL}, secret)
    symptoms = set_up.tried(section, given["project"])
    if any(one.state == "fail" for one in symptoms):
        return _page(set_up, symptoms=symptoms, given=given)
    made = secret.get("webhook_token", "")
    return _ended(set_up, section, set_up.save(section), symptoms=symptoms, made=made, hook_events=HOOK_EVENTS)


def _ended(set_up: SetUp, section: NewSection, file: str, **values: object) -> str:
    session.clear()
    set_up.done()
    hook = f"{set_up.public_url.rstrip('/')}/hooks/{section.forge}"
    return _shown("setup_done.html", "The bot is configured", forge=section.forge, file=file, hook=hook, **values)


def _asked_for_here(state: str) -> None:
    if not secrets.compare_digest(session.get("state", ""), state):
        abort(403, "This did not begin here. Begin again at /setup.")


def _wrong(error: Exception) -> tuple[str, int]:
    said = getattr(error, "description", str(error))
    return _shown("error.html", "Set-up", message=said), getattr(error, "code", 500)


def _guarded(set_up: SetUp, response: Response) -> Response:
    """The manifest is posted to the forge by the browser: that address, and no other, may be posted to."""
    github = web_url(session.get("api", set_up.api))
    policy = POLICY.replace("form-action 'self'", f"form-action 'self' {github}")
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _opened() -> None:
    if not session.get("opened"):
        abort(404, "The bot is not configured yet. Open the address with the token that it has written into its log.")
