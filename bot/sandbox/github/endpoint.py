"""What the REST endpoints have in common: who asks, for which repository, and in which pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Response, jsonify, request

from bot.sandbox.github.access import Caller
from bot.sandbox.github.forge import GitHub
from bot.sandbox.github.rules import Refusal
from bot.sandbox.world import PullRequest, Repository

Shown = tuple[Any, int]


class Page(list[Any]):
    """A list that is answered in pages: by itself, or as the member `key` of an object that tells how long it is."""

    def __init__(self, items: Iterable[Any] = (), key: str = "") -> None:
        super().__init__(items)
        self.key = key


def number_of(name: str, default: int) -> int:
    """A number among the query's parameters."""
    value = request.args.get(name, "")
    return int(value) if value.isdecimal() and int(value) > 0 else default


def slice_of(items: Sequence[Any]) -> tuple[Sequence[Any], bool]:
    """The page that was asked for, and whether there is another."""
    size, page = min(number_of("per_page", 30), 100), number_of("page", 1)
    return items[(page - 1) * size : page * size], page * size < len(items)


def paged(items: Page) -> Response:
    """One page of a list, with a link to the next."""
    shown, more = slice_of(items)
    response = jsonify({"total_count": len(items), items.key: list(shown)} if items.key else list(shown))
    if more:
        arguments = "&".join(f"{k}={v}" for k, v in {**request.args, "page": number_of("page", 1) + 1}.items())
        response.headers["Link"] = f'<{request.base_url}?{arguments}>; rel="next"'
    return response


def given_json() -> Mapping[str, Any]:
    """The request's JSON object."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise Refusal(400, "Problems parsing JSON")
    return body


@contextmanager
def detailed(resource: str) -> Iterator[None]:
    """Refusals of some endpoints tell of each fault as an object."""
    try:
        yield
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        faults = tuple({"resource": resource, "code": "custom", "message": said} for said in refusal.errors)
        raise Refusal(422, "Validation Failed", faults) from None


class Endpoints:
    """A group of endpoints over one GitHub."""

    def __init__(self, github: GitHub) -> None:
        self.github = github
        self.world = github.world
        self.shapes = github.shapes

    def caller(self, needed: str) -> Caller:
        """Who asks, if they may; `needed` as `Caller.require` has it."""
        caller = self.github.access.caller(request.headers.get("Authorization", ""))
        caller.require(needed)
        owner = (request.view_args or {}).get("owner")
        if owner is not None and not self.github.access.may_see(caller, owner):
            raise Refusal(404, "Not Found")
        return caller

    def repository(self, owner: str, name: str) -> Repository:
        """The repository, or a refusal."""
        repository = self.world.repositories.get(f"{owner}/{name}")
        if repository is None:
            raise Refusal(404, "Not Found")
        return repository

    def pull(self, owner: str, name: str, number: int) -> PullRequest:
        """The pull request, or a refusal."""
        pull = self.world.pull(f"{owner}/{name}", number)
        if pull is None:
            raise Refusal(404, "Not Found")
        return pull
