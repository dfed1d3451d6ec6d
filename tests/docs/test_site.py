"""The manual as a site: every page is in it, each link and place of a link is there, and everybody can read it."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Page

from bot.manual_files import SHOWN
from bot.render.manual import contents
from tests.browser.pages import browser, everything_wrong, seen_in_every_light
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


def test_files_of_the_project_are_pages(site: Path) -> None:
    assert {path for path in SHOWN if not (site / f"{path.removeprefix('docs/')}.html").is_file()} == set()
    [linked] = re.findall(r'<a href="([^"]*)">config.example.yaml</a>', (site / "operating.html").read_text("utf-8"))
    assert linked == "config.example.yaml.html"


KINDS = {
    "landing page": "index.html",
    "tutorial": "tutorials/your-repository.html",
    "how-to": "how-to/silence-one.html",
    "reference": "reference/metrics.html",
    "rule": "rules/public-access.html",
    "table with many columns": "scaling.html",
    "file": "deploy/github-app-manifest.json.html",
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.needs("chromium")
@pytest.mark.needs("axe")
def test_everybody_can_read_it(address: str) -> None:
    kinds = {name: f"{address}{page}" for name, page in KINDS.items()}
    with browser() as chromium:
        seen = seen_in_every_light(chromium, kinds | {"search": f"{address}index.html?q=waiver"})
        wrong = {which: found for which, here in seen if (found := _searched(which, here))}
    assert wrong == {}


def _searched(which: str, here: Page) -> list[str]:
    """What is wrong with a page; with its search, once that has found something."""
    if which.startswith("search"):
        here.locator(".md-search-result__item").first.wait_for()
    return everything_wrong(here)
