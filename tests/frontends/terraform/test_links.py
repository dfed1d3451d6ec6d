from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bot.evaluated.source_tree import LINK, SourceTree
from bot.evaluated.symlinks import MAX_ALIASES, followed
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/terraform/links/links.yaml").read_text())


def tree(files: list[str], links: dict[str, str]) -> SourceTree:
    listing = {path: path for path in files} | {path: LINK + path for path in links}
    return SourceTree("head", listing, {LINK + path: target.encode() for path, target in links.items()})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_links(case: dict[str, Any]) -> None:
    found = followed(tree(case["files"], case["links"]))
    assert dict(found.aliases) == case.get("aliases", {})
    assert [path for path in sorted(found.listing) if found.outside(path)] == case.get("left", [])
    assert {path: found.listing[path] for path in found.aliases} == dict(found.aliases)


def test_links_that_multiply_end_soon() -> None:
    files = [f"a/{number}.tf" for number in range(2_000)]
    links = {f"l{number}": "a" for number in range(500)} | {f"a/m{number}": f"../l{number}" for number in range(500)}
    begun = time.process_time()
    found = followed(tree(files, links))
    assert len(found.aliases) <= MAX_ALIASES
    assert time.process_time() - begun < 20
