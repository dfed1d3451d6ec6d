"""Serves the sandbox's repositories over git's smart HTTP protocol by way of `git http-backend`."""

from __future__ import annotations

import base64
import binascii

from flask import Response, request

from bot.contents.command import Git, GitFailed
from bot.fake_forge.repository import SERVE_SETTINGS, BareRepository


def password(encoded: str) -> str:
    """What git sends as the password (`Basic` authorization); "" where that is nothing of the kind."""
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def serve(repository: BareRepository, path: str) -> Response:
    """The answer to the request at hand, which is below the repository's address; `path` is what follows it."""
    variables = {
        "GIT_PROJECT_ROOT": str(repository.directory),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{path}",
        "QUERY_STRING": request.query_string.decode("ascii", "replace"),
        "REQUEST_METHOD": request.method,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.get_data())),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
    }
    git = Git(repository.directory, SERVE_SETTINGS, environment=variables)
    try:
        return _response(git.run("http-backend", stdin=request.get_data()))
    except GitFailed as failure:
        return Response(failure.reason, 500)


def _response(answer: bytes) -> Response:
    """A CGI program's answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    status = int(headers.pop("Status", "200").split()[0])
    return Response(body, status, headers)
