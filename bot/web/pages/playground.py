"""The playground: two panes of Terraform or policy JSON, reviewed in the child process with tight limits.

It starts with a sample: one small change for each rule, and one that grants nothing.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files

from flask import Blueprint, request
from markupsafe import Markup

from bot.contents.port import Revisions
from bot.errors import ContentsError, ReviewFailed
from bot.frozen import dataclass
from bot.render.page import page
from bot.review_process.rounds import Options, Reviewer, review_contents
from bot.web.pages.site import Site, missing, shown


@dataclass(frozen=True, slots=True)
class Sample:
    """Two texts of Terraform and what they show; `name` is the id of the rule that judges them."""

    name: str
    title: str
    base: str
    head: str


@cache
def samples() -> tuple[Sample, ...]:
    """Those of `bot/web/samples`, by title: `TITLE`, then both texts, each under `--- before` or `--- after`."""
    places = (place for place in (files("bot.web") / "samples").iterdir() if place.name.endswith(".txt"))
    read = (_read(place.name.removesuffix(".txt"), place.read_text(encoding="utf-8")) for place in places)
    return tuple(sorted(read, key=lambda one: one.title))


def _read(name: str, text: str) -> Sample:
    title, _, texts = text.partition("\n--- before\n")
    base, _, head = texts.partition("--- after\n")
    return Sample(name, title, base, head)


MAX_PANE = 64 * 1024
"""Characters of one pane."""

_LATER = Markup('<p class="note">One review at a time, and thirty a minute: wait a little, and type on.</p>')

Diff = Callable[[str, str, str], str]
"""The unified diff of a file's two texts."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The Contents of one file that somebody typed; see `bot.contents.port`."""

    name: str
    base: str
    head: str
    diff: str

    def revisions(self) -> Revisions:
        """Both sides at once."""
        blobs = {_blob(text): text.encode() for text in (self.base, self.head)}
        return Revisions(
            base="before",
            head="after",
            base_listing={self.name: _blob(self.base)},
            head_listing={self.name: _blob(self.head)},
            diff=self.diff,
            blobs=blobs,
        )

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """There is nothing more."""
        return {}


def playground(site: Site, reviewer: Reviewer, diff: Diff) -> Blueprint:
    """GET /playground, and POST with `base` and `head` (a fragment for scripts, else the page again)."""
    pages, turns = Blueprint("playground", __name__), Turns(site.now)

    @pages.get("/playground")
    def form() -> str:
        _allowed(site)
        name = request.args.get("sample", "")
        chosen = next((one for one in samples() if one.name == name), samples()[0])
        values = {"base": chosen.base, "head": chosen.head, "samples": samples(), "chosen": chosen.name}
        return shown("playground.html", "Playground", site, result=None, **values)

    @pages.post("/playground")
    def review() -> str:
        _allowed(site)
        base, head = (request.form.get(side, "")[:MAX_PANE].replace("\r\n", "\n") for side in ("base", "head"))
        visitor = site.visitor()
        with turns.turn((visitor.forge, visitor.login)) as granted:
            result = judged(base, head, reviewer, diff) if granted else _LATER
        if request.headers.get("HX-Request"):
            return str(result)
        values = {"base": base, "head": head, "samples": samples(), "chosen": ""}
        return shown("playground.html", "Playground", site, result=result, **values)

    return pages


def judged(base: str, head: str, reviewer: Reviewer, diff: Diff) -> Markup:
    """The review of what was typed, or what is wrong, as HTML."""
    before, after = as_terraform(base), as_terraform(head)
    contents = Typed("main.tf", before, after, diff("main.tf", before, after))
    try:
        reviewed = review_contents(contents, reviewer, Options())
    except (ReviewFailed, ContentsError) as error:
        return Markup('<p class="note">{}</p>').format(str(error))
    return page.body(reviewed.review, page.PageLinks())


def as_terraform(text: str) -> str:
    """Policy JSON as the policy of a role, so that it can be compared; anything else as it is."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        policy = json.loads(text)
    except ValueError:
        return text
    if not isinstance(policy, dict) or "Statement" not in policy:
        return text
    lines = text.strip().replace("${", "$${").replace("%{", "%%{")
    return (
        f'resource "aws_iam_role_policy" "policy" {{\n  role   = "someone"\n  policy = <<-JSON\n{lines}\n  JSON\n}}\n'
    )


def _allowed(site: Site) -> None:
    if not site.gate.plays(site.visitor()):
        missing()


def _blob(text: str) -> str:
    return sha256(text.encode()).hexdigest()


A_MINUTE = 30
"""Somebody who types has one a second or two, for a while."""

_MINUTE = timedelta(minutes=1)
_REMEMBERED = 10_000


class Turns:
    """Of this process. People are told apart by forge and login; whoever sits at the machine has no limit."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._lock = now, threading.Lock()
        self._begun: dict[tuple[str, str], deque[datetime]] = {}
        self._busy: set[tuple[str, str]] = set()

    @contextmanager
    def turn(self, person: tuple[str, str]) -> Iterator[bool]:
        """Whether it is their turn; it ends with the block."""
        granted = not person[1] or self._begin(person)
        try:
            yield granted
        finally:
            if granted and person[1]:
                with self._lock:
                    self._busy.discard(person)

    def _begin(self, person: tuple[str, str]) -> bool:
        now = self._now()
        with self._lock:
            if len(self._begun) > _REMEMBERED:
                self._begun = {who: when for who, when in self._begun.items() if when[-1] > now - _MINUTE}
            begun = self._begun.setdefault(person, deque([now - _MINUTE], maxlen=A_MINUTE))
            if person in self._busy or (len(begun) == A_MINUTE and begun[0] > now - _MINUTE):
                return False
            begun.append(now)
            self._busy.add(person)
            return True
