"""The pages of reference say what the code has, all of it; nothing else in docs/ has to be believed about it."""

from __future__ import annotations

import re

import pytest

from tests.places import PROJECT
from tools.reference import FOLDER, pages

PAGES = pages()
RULES = {page.stem for page in (PROJECT / "docs" / "rules").glob("*.md")} - {"README"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_the_code_is(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name], "make reference"


def test_there_is_no_other_page() -> None:
    assert {page.name for page in FOLDER.iterdir()} == PAGES.keys()


def test_each_metric_is_explained_to_whoever_watches() -> None:
    named = set(re.findall(r"`(iam_review_[a-z_]+)`", PAGES["metrics.md"]))
    assert len(named) > 20
    assert named == set(re.findall(r"`(iam_review_[a-z_]+)", (PROJECT / "docs" / "operating.md").read_text("utf-8")))


def test_each_rule_is_in_the_list() -> None:
    listed = re.findall(r"\]\(([a-z-]+)\.md\)", (PROJECT / "docs" / "rules" / "README.md").read_text("utf-8"))
    assert set(listed) == RULES
