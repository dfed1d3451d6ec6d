"""The base takes over from the head what is the same, and is what it is when it is evaluated by itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.review.engine import front_ends_of_reviews
from tests.frontends.terraform.trees import tree
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/terraform/taken_over.yaml").read_text())
CHANGES = sorted(path.parent for path in Path("tests/cases/changes").glob("*/expect.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_what_is_the_same_is_the_same_object(case: dict[str, Any], turned: bool) -> None:
    base, head = (tree({**case["files"], **case.get(side, {})}) for side in ("base", "head"))
    before, after = _sides(head, base, Root("")) if turned else _sides(base, head, Root(""))
    there = {id(one) for one in after.resources}
    taken = {one.address for one in before.resources if id(one) in there}
    here = {one.address for one in before.resources}
    assert not here & set(case.get("taken", ())) - taken
    assert not taken & set(case.get("anew", ()))


@pytest.mark.parametrize("case", CHANGES[::4], ids=lambda case: str(case.name))
def test_a_base_is_what_it_is_by_itself(case: Path) -> None:
    base, head = (_folder(case / side) for side in ("base", "head"))
    paths = base.listing.keys() | head.listing.keys()
    changed = frozenset(path for path in paths if base.blob(path) != head.blob(path))
    for root in front_ends_of_reviews().affected_roots(base, head, changed).roots:
        if not root.unit:
            _sides(base, head, root)


def _sides(base: SourceTree, head: SourceTree, root: Root) -> tuple[EvaluatedConfig, EvaluatedConfig]:
    """Both sides, the base with what is taken over; nothing in it may be otherwise for that."""
    cache = SyntaxCache()
    after = evaluate(head, root, PROVIDER, cache)
    before, alone = (_one(base, root, one, after.names()) for one in (cache, SyntaxCache()))
    assert before == alone
    assert _told(before) == _told(alone)
    unnamed, alone = (_one(base, root, one, NO_NAMES) for one in (cache, SyntaxCache()))
    assert _told(unnamed) == _told(alone)
    return before, after


def _one(side: SourceTree, root: Root, cache: SyntaxCache, names: Names) -> EvaluatedConfig:
    return dataclasses.replace(evaluate(side, root, PROVIDER, cache, names=names), parsed=0)


def _told(config: EvaluatedConfig) -> list[str]:
    """All that a root says, with where it is written, which values are equal without."""
    fields = (getattr(config, field.name) for field in dataclasses.fields(config))
    return [repr(sorted(one) if isinstance(one, frozenset) else one) for one in fields]


def _folder(folder: Path) -> SourceTree:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return tree({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
