"""Chromium on the bot's pages: what it complains about, and what axe finds, is a failure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
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


def violations(of: Page, impacts: Sequence[str] = _BAD) -> list[str]:
    """Findings of axe-core on the page as it is now, the serious and critical ones, one line each."""
    # Evaluated by the browser's debugger, which the page's own policy does not bind.
    if not of.evaluate("!!window.axe"):
        of.evaluate(AXE.read_text())
    found = of.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in impacts
        for node in one["nodes"]
    ]


def seen_in_every_light(on: Browser, addresses: Mapping[str, str]) -> Iterator[tuple[str, Page]]:
    """Each address, on a desk and on a phone, in light and in the dark, with words for which it is."""
    for scheme, width in itertools.product(("light", "dark"), (1280, 390)):
        with page(on, color_scheme=scheme, viewport={"width": width, "height": 844}) as here:
            for name, address in addresses.items():
                here.goto(address)
                yield f"{name}, {width} wide, {scheme}", here


def everything_wrong(of: Page) -> list[str]:
    """What axe finds of whatever weight, and whether the page is wider than the screen."""
    found = violations(of, ("minor", "moderate", *_BAD))
    wide = of.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found if wide <= 0 else [*found, f"it is {wide} pixels wider than the screen"]
