"""The cookies of people who have signed in, signed with a key that is asked for when the first one is read or set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.wrappers import Request

SESSION_HOURS = 8
"""So long somebody is signed in."""


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but for the key: it may be in the database, which need not be there for what has no cookie."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    def get_signing_serializer(self, app: Flask) -> Any:
        """As Flask makes it."""
        app.secret_key = self._key()
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Any) -> SecureCookieSession | None:
        """An empty session for whoever brings no cookie: forges and probes never do."""
        if not _cookie(request, self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request)


def _cookie(request: Request, name: str) -> str:
    return request.cookies.get(name, "")


def add_sessions(app: Flask, key: Callable[[], str], public_url: str) -> None:
    """Have the application's cookies signed with `key`, which signs nothing else."""
    app.session_interface = Sessions(key)
    app.config.update(
        SESSION_COOKIE_NAME="iam_review",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),  # how old a signature may be
    )
