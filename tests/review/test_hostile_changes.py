"""Nobody gets an administrator past a gate that enforces and fails closed, by whatever a change may hold."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.contents.port import LINK, SUBMODULE, Revisions
from bot.render.heading import title
from bot.review_config.rules_file import RulesFile
from bot.review_process import child
from bot.review_process.rounds import Options, review_contents
from tests.fakes.contents import FakeContents
from tests.yaml_files import read_yaml

TABLE: dict[str, Any] = read_yaml(Path("tests/cases/gate/hostile_changes.yaml").read_text("utf-8"))
RULES = Options(rules=RulesFile("mode: enforce\nfail_closed: changed\n"))


@dataclass
class HostileContents(FakeContents):
    """Of a repository with symbolic links, other repositories and files that are too large to be fetched, as `odd`."""

    odd: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    def revisions(self) -> Revisions:
        found = super().revisions()
        (base, links), (head, more) = map(odd_ids, self.odd)
        return dataclasses.replace(
            found,
            base_listing={**found.base_listing, **base},
            head_listing={**found.head_listing, **head},
            blobs={**found.blobs, **links, **more},
        )


COMMITS = {"submodule": "1" * 40, "submodule at another commit": "2" * 40}
"""What stands for a commit of another repository."""


def odd_ids(files: dict[str, Any]) -> tuple[dict[str, str], dict[str, bytes]]:
    """The ids that odd files have in a listing, and what is behind the links among them."""
    links = {path: what["link"] for path, what in files.items() if isinstance(what, dict) and "link" in what}
    ids = {path: f"{SUBMODULE}{COMMITS[str(what)]}" for path, what in files.items() if str(what) in COMMITS}
    ids |= {path: f"{len(str(what)):040}" for path, what in files.items() if isinstance(what, dict)}
    ids |= {path: f"{LINK}{target}" for path, target in links.items()}
    return ids, {f"{LINK}{target}": target.encode() for target in links.values()}


def is_odd(what: object) -> bool:
    return str(what) in COMMITS or isinstance(what, dict)


def written(what: Any, file: str) -> str:
    text = str(what.get("large", "a link") if isinstance(what, dict) else what)
    return text.replace("FILE", file).rstrip("\n") + "\n"


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["name"])
def test_it_blocks(case: dict[str, Any]) -> None:
    base = {"main.tf": TABLE["common"], **case["base"]}
    head = {path: what for path, what in {**base, **case["head"]}.items() if what is not None}
    old, new = (
        {path: written(what, case.get("file", "")) for path, what in side.items() if str(what) not in COMMITS}
        for side in (base, head)
    )
    odd = [{path: what for path, what in side.items() if is_odd(what)} for side in (base, head)]
    done = review_contents(HostileContents(old, new, odd=(odd[0], odd[1])), child.answer, RULES).review
    said = [title(done), *(gap.reason for gap in done.gaps if gap.changed)]
    assert done.verdict == ("pass" if "passes" in case else "fail"), said
    assert any(str(case.get("says", case.get("passes"))) in one for one in said), said
