"""The manual as the program itself serves it: everybody can read each kind of its pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from bot.wiring import manual_reader
from tests.browser.pages import browser, everything_wrong, seen_in_every_light

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("axe")]

KINDS = {
    "landing page": "",
    "how-to": "how-to/silence-one.md",
    "reference": "reference/metrics.md",
    "rule": "rules/public-access.md",
    "table with many columns": "rules/escalation.md",
    "search": "search?words=waiver",
    "file": "deploy/github-app-manifest.json.md",
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with make_server("127.0.0.1", 0, manual_reader.application, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_everybody_can_read_it(address: str) -> None:
    with browser() as chromium:
        seen = seen_in_every_light(chromium, {name: f"{address}{page}" for name, page in KINDS.items()})
        wrong = {which: found for which, here in seen if (found := everything_wrong(here))}
    assert wrong == {}
