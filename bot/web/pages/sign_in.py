"""Sign-in by a forge, to know who asks: nothing but the name is asked for, and no token is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from flask import Blueprint, abort, redirect, request, session
from requests import RequestException
from werkzeug.wrappers import Response

from bot.forges.sign_in import OAuthProvider
from bot.web.gate import ANONYMOUS, Visitor
from bot.web.pages.site import Site, missing
from bot.web.sessions import SESSION_HOURS

_SECONDS = 10.0
_LONGEST = timedelta(hours=SESSION_HOURS)
"""No cookie is believed for longer, whatever stands in it."""

_log = structlog.get_logger(__name__)


def sign_in(site: Site, providers: Mapping[str, OAuthProvider], public_url: str) -> Blueprint:
    """GET /sign-in/FORGE sends there, /sign-in/FORGE/callback comes back, POST /sign-out ends it."""
    pages = Blueprint("sign_in", __name__)

    @pages.get("/sign-in/<forge>")
    def begin(forge: str) -> Response:
        provider = providers.get(forge) or missing()
        verifier = secrets.token_urlsafe(48)
        address, state = _client(provider, public_url).create_authorization_url(
            provider.authorize, code_verifier=verifier
        )
        session.clear()
        session["oauth"] = {"forge": forge, "state": state, "verifier": verifier}
        return redirect(address)

    @pages.get("/sign-in/<forge>/callback")
    def finish(forge: str) -> Response:
        provider = providers.get(forge) or missing()
        begun = session.pop("oauth", None)
        state = request.args.get("state", "")
        if not begun or begun["forge"] != forge or not secrets.compare_digest(begun["state"], state):
            abort(403, "This sign-in was not begun here, or too long ago. Begin again.")
        login = _who(provider, public_url, request.args.get("code", ""), begun["verifier"])
        session.clear()
        until = site.now() + _LONGEST
        session["visitor"] = {"login": login, "forge": forge, "until": until.isoformat()}
        session["csrf"] = secrets.token_urlsafe(24)
        _log.info("signed in", login=login, forge=forge)
        return redirect("/")

    @pages.post("/sign-out")
    def end() -> Response:
        session.clear()
        return redirect("/", code=303)

    return pages


def session_visitor(now: Callable[[], datetime]) -> Callable[[], Visitor]:
    """Who has signed in, until the session ends."""

    def visitor() -> Visitor:
        kept = session.get("visitor")
        if not kept or not timedelta() <= datetime.fromisoformat(kept["until"]) - now() <= _LONGEST:
            return ANONYMOUS
        return Visitor(kept["login"], kept["forge"])

    return visitor


def csrf_token() -> str:
    """What this session's forms carry."""
    return str(session.get("csrf", ""))


def refuse_forged_forms() -> None:
    """A form of a signed-in person must carry the session's own token."""
    expected = session.get("csrf", "")
    if request.method == "POST" and session.get("visitor"):
        given = request.form.get("csrf") or request.headers.get("X-CSRF-Token", "")
        if not (expected and secrets.compare_digest(expected, given)):
            abort(403, "The form is too old, or not of this session. Load the page again.")


def _client(provider: OAuthProvider, public_url: str) -> Any:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope=provider.scope or None,
        redirect_uri=f"{public_url.rstrip('/')}/sign-in/{provider.forge}/callback",
        code_challenge_method="S256",
    )


def _who(provider: OAuthProvider, public_url: str, code: str, verifier: str) -> str:
    """The login at the forge. The token that tells is used once, here, and forgotten."""
    client = _client(provider, public_url)
    try:
        client.fetch_token(provider.token, code=code, code_verifier=verifier, timeout=_SECONDS)
        answer = client.get(provider.user, timeout=_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        login = answer.json().get(provider.login)
    except (AuthlibBaseError, RequestException, ValueError) as error:
        _log.warning("sign-in failed", forge=provider.forge, reason=type(error).__name__)
        abort(502, "The forge did not confirm who you are. Try again.")
    if not isinstance(login, str) or not login:
        abort(502, "The forge did not say who you are.")
    return login
