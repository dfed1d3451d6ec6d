"""Nobody gets an administrator past a gate that enforces and fails closed, by whatever a change may hold."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.contents.port import SUBMODULE, Revisions
from bot.render.heading import title
from bot.review_config.rules_file import RulesFile
from bot.review_process import child
from bot.review_process.rounds import Options, review_contents
from tests.fakes.contents import FakeContents
from tests.yaml_files import read_yaml

TABLE: dict[str, Any] = read_yaml(Path("tests/cases/gate/hostile_changes.yaml").read_text("utf-8"))
RULES = Options(rules=RulesFile("mode: enforce\nfail_closed: changed\n"))


class HostileContents(FakeContents):
    """Of a repository in which paths may be other repositories, or files that are too large to be fetched."""

    submodules: frozenset[str] = frozenset()
    large: frozenset[str] = frozenset()

    def revisions(self) -> Revisions:
        found = super().revisions()
        listing = dict(found.head_listing) | dict.fromkeys(self.submodules, f"{SUBMODULE}{'1' * 40}")
        listing |= dict.fromkeys(self.large, "2" * 40)
        return dataclasses.replace(found, head_listing=listing)


def ended(text: str | dict[str, str], case: dict[str, Any]) -> str:
    written = text["large"] if isinstance(text, dict) else text
    return written.replace("FILE", case.get("file", "")).rstrip("\n") + "\n"


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_it_blocks(case: dict[str, Any]) -> None:
    base = {"main.tf": TABLE["common"]} | {path: ended(text, case) for path, text in case["base"].items()}
    head = base | {path: ended(text, case) for path, text in case["head"].items() if text not in (None, "submodule")}
    contents = HostileContents(
        base, {path: text for path, text in head.items() if case["head"].get(path, "") is not None}
    )
    contents.submodules = frozenset(path for path, text in case["head"].items() if text == "submodule")
    contents.large = frozenset(path for path, text in case["head"].items() if isinstance(text, dict))
    done = review_contents(contents, child.answer, RULES).review
    said = [title(done), *(gap.reason for gap in done.gaps if gap.changed)]
    assert done.verdict == ("pass" if "passes" in case else "fail"), said
    assert any(case.get("says", case.get("passes")) in one for one in said), said
