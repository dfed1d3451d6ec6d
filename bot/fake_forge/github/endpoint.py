"""What the REST endpoints have in common: who asks, for which repository, and in which pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Response, jsonify, request

from bot.fake_forge.github.access import Caller
from bot.fake_forge.github.forge import GitHub
from bot.fake_forge.github.rules import Refusal
from bot.fake_forge.world import PullRequest, Repository

Shown = tuple[Any, int]


class Page(list[Any]):
    """A list that is answered in pages: by itself, or as the member `key` of an object that tells how long it is.

    With a `cursor` a page is named by its first item, not by its number: what is new meanwhile moves nothing.
    """

    def __init__(self, items: Iterable[Any] = (), key: str = "", cursor: bool = False) -> None:
        super().__init__(items)
        self.key = key
        self.cursor = cursor


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
    shown, following = _from_cursor(items) if items.cursor else _by_number(items)
    response = jsonify({"total_count": len(items), items.key: list(shown)} if items.key else list(shown))
    if following:
        arguments = "&".join(f"{k}={v}" for k, v in {**request.args, **following}.items())
        response.headers["Link"] = f'<{request.base_url}?{arguments}>; rel="next"'
    return response


def _by_number(items: Page) -> tuple[Sequence[Any], Mapping[str, str]]:
    shown, more = slice_of(items)
    return shown, {"page": str(number_of("page", 1) + 1)} if more else {}


def _from_cursor(items: Page) -> tuple[Sequence[Any], Mapping[str, str]]:
    size, wanted = min(number_of("per_page", 30), 100), request.args.get("cursor", "")
    start = next((at for at, item in enumerate(items) if f"v1_{item['id']}" == wanted), 0)
    end = start + size
    return items[start:end], {"cursor": f"v1_{items[end]['id']}"} if end < len(items) else {}


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
