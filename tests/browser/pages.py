"""Chromium on the bot's pages: what it complains about, and what axe finds, is a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_BAD = ("serious", "critical")


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium; nothing is downloaded."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@contextmanager
def page(on: Browser, **options: Any) -> Iterator[Page]:
    """A page whose console must stay silent: an error there, or a violated policy, fails the test."""
    context = on.new_context(**options)
    made = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    made.on("console", heard)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.set_default_timeout(30_000)
    yield made
    context.close()
    assert not complaints, complaints


def violations(of: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page as it is now, one line each."""
    # Evaluated by the browser's debugger, which the page's own policy does not bind.
    of.evaluate(AXE.read_text())
    found = of.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in _BAD
        for node in one["nodes"]
    ]
