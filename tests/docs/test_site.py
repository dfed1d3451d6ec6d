"""The manual as a site: every page is in it, each link and place of a link is there, and lists are lists."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from bot.render.manual import contents
from tests.places import PROJECT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built anew; what mkdocs warns of ends it."""
    made = tmp_path_factory.mktemp("site")
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    build(load_config(str(PROJECT / "mkdocs.yml"), site_dir=str(made), strict=True))
    return made


def test_each_page_of_the_contents_is_there(site: Path) -> None:
    for section in contents():
        for entry in section.entries:
            name = entry.name.replace("README.md", "index.md").replace(".md", ".html")
            assert (site / name).is_file()


def test_nothing_is_asked_of_anywhere_else(site: Path) -> None:
    asked = re.compile(r'<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]*)"')
    assert {address for page in site.rglob("*.html") for address in asked.findall(page.read_text("utf-8"))} == set()


def test_lists_are_lists(site: Path) -> None:
    """A line before a list has to be empty, or it is one paragraph with it."""
    for page in site.rglob("*.html"):
        paragraphs = re.findall(r"<p>(.*?)</p>", page.read_text("utf-8"), re.DOTALL)
        assert [said for said in paragraphs if re.search(r"\n(?:- |\d+\. )", said)] == [], page.name
