"""The page of `history`, brought to a meeting: everybody can read it, and nothing of it is cut on a phone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from bot.render.replays.replay import ReplayedChange
from bot.review_process.rounds import Options
from bot.wiring import history
from tests.browser.pages import browser, everything_wrong, seen_in_every_light
from tests.contents.repositories import Repository
from tests.wiring.test_history import left_open

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("axe")]

CUT = """[...document.querySelectorAll('*')].filter(one => one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).overflowX !== 'visible').map(one => `cut: ${one.outerHTML.slice(0, 100)}`)"""


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, str]:
    """One of a change that blocks, one left open with links, and one silent; one of what was left open alone."""
    made = Repository.create(tmp_path / "infra")
    base, head = ({name: text.decode() for name, text in folder(SAMPLES / side).items()} for side in ("base", "head"))
    made.commit(base)
    made.commit(head, "Grant much (#7)")
    made.commit({**head, "ci.tf": f"# the same\n{head['ci.tf']}"}, "Say what it is (#8)")
    [merged] = history.merged_into([made.path], "HEAD", 5, Options())
    silent, granting = history.replays(merged)
    opened = _linked(left_open(silent, f"{'a' * 200} in one word"))
    kinds = {"all": [granting, opened, silent], "open": [opened]}
    for name, changes in kinds.items():
        text = history.document([history.history_of(merged, changes)], "html")
        (tmp_path / f"{name}.html").write_text(text)
    return {name: (tmp_path / f"{name}.html").as_uri() for name in kinds}


def _linked(one: ReplayedChange) -> ReplayedChange:
    page = "https://github.com/acme/infra/pull/8"
    return dataclasses.replace(one, replay=dataclasses.replace(one.replay, page=page, commit_page=page))


def test_everybody_can_read_it(pages: dict[str, str]) -> None:
    wrong = {}
    with browser() as chromium:
        for which, here in seen_in_every_light(chromium, pages):
            here.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            if found := [*everything_wrong(here), *here.evaluate(CUT)]:
                wrong[which] = found
    assert wrong == {}
