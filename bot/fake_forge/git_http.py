"""Serves the sandbox's repositories over git's smart HTTP protocol by way of `git http-backend`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contents.command import Git
from bot.fake_forge.repository import SERVE_SETTINGS, BareRepository
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class GitAnswer:
    """What git says, to be passed on."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def serve(
    repository: BareRepository, path: str, method: str, query: str, headers: Mapping[str, str], body: bytes
) -> GitAnswer:
    """Answer one request below the repository's address; `path` is what follows it. Raises GitFailed."""
    variables = {
        "GIT_PROJECT_ROOT": str(repository.directory),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{path}",
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
    }
    git = Git(repository.directory, SERVE_SETTINGS, environment=variables)
    return _read_answer(git.run("http-backend", stdin=body))


def _read_answer(answer: bytes) -> GitAnswer:
    """Take a CGI program's answer apart."""
    head, _, body = answer.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    status = int(headers.pop("Status", "200").split()[0])
    return GitAnswer(status, headers, body)
