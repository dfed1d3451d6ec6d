"""The manual: pages with their contents, links that lead within it, and where words stand."""

from __future__ import annotations

import html
import re
import subprocess

import pytest

from bot.manual_files import SHOWN, manual_names
from bot.render import manual
from tests.places import PROJECT

HAS = {"index.md", "rules/a.md", "rules/README.md", "SECURITY.md", "deploy/compose.yaml.md", "a.schema.json.md"}

NO_GUIDES = ("CHANGELOG", "CONTRIBUTING", "SECURITY", "decisions/", "dependencies", *SHOWN)


@pytest.mark.parametrize(
    ("page", "link", "leads"),
    [
        ("index.md", "[a](rules/a.md#what)", "[a](rules/a.md#what)"),
        ("rules/a.md", "[home](../index.md)", "[home](../index.md)"),
        ("rules/a.md", "[b](b.md)", "b"),
        ("index.md", "[promises](../SECURITY.md)", "[promises](SECURITY.md)"),
        ("rules/a.md", "[promises](../../SECURITY.md)", "[promises](../SECURITY.md)"),
        ("SECURITY.md", "[home](docs/index.md)", "[home](index.md)"),
        ("index.md", "[rules](rules/)", "[rules](rules/README.md)"),
        ("index.md", "[code](../bot/errors.py)", "code"),
        ("rules/a.md", "[file](../../deploy/compose.yaml)", "[file](../deploy/compose.yaml.md)"),
        ("index.md", "[schema](a.schema.json)", "[schema](a.schema.json.md)"),
        (
            "index.md",
            "[here](#there) [out](https://example.com/x.md)",
            "[here](#there) [out](https://example.com/x.md)",
        ),
        ("index.md", "`[b](b.md)` and [b](b.md)", "`[b](b.md)` and b"),
        ("index.md", "```\n[b](b.md)\n```\n", "```\n[b](b.md)\n```\n"),
    ],
)
def test_links_lead_to_what_there_is(page: str, link: str, leads: str) -> None:
    assert manual.linked(link, page, HAS.__contains__) == leads


def test_each_page_of_the_contents_is_there() -> None:
    pages = [manual.manual_page(entry.name) for section in manual.contents() for entry in section.entries]
    assert len(pages) > 30
    assert all(page is not None and page.title and "<h1" in page.html for page in pages)


NO_PAGES = ("nowhere", "../pyproject", "/etc/passwd", "rules//escalation", "", "rules", "x" * 5000, "a\0b")


@pytest.mark.parametrize("name", NO_PAGES)
def test_what_is_no_page_is_none(name: str) -> None:
    assert manual.manual_page(name) is None


def test_headings_can_be_linked_to_and_html_is_text() -> None:
    assert 'id="accepting-a-finding-in-ci"' in str(manual.html("## Accepting a finding in CI"))
    assert 'id="iam-review-ci"' in str(manual.html("## `iam-review ci`"))
    assert "<script>" not in manual.html("<script>alert(1)</script>")


def test_cells_name_their_columns_and_code_can_be_scrolled() -> None:
    table = str(manual.html('| key | a "b" |\n|---|---|\n| `x` | y |\n| z | |\n'))
    assert re.findall(r"<td (.*?)>", table) == ['data-column="key"', 'data-column="a &quot;b&quot;"'] * 2
    assert "<th></th>" not in manual.html("| | a |\n|---|---|\n| x | y |\n")
    assert '<code tabindex="0"' in manual.html("```\nlong\n```")


def test_files_are_shown_whole() -> None:
    for path in SHOWN:
        page = manual.manual_page(path.removeprefix("docs/"))
        assert page is not None
        assert page.title == path
        assert page.text == (PROJECT / path).read_text("utf-8")
        [code] = re.findall(r'<pre><code tabindex="0"[^>]*>(.*?)</code>', page.html, re.DOTALL)
        assert html.unescape(code).rstrip() == page.text.rstrip()


def test_all_files_of_deployments_are_shown() -> None:
    listed = subprocess.run(["git", "ls-files", "deploy", "templates"], cwd=PROJECT, capture_output=True, text=True)
    files = {path for path in listed.stdout.split() if not path.endswith("README.md")}
    assert files == {path for path in SHOWN if path.startswith(("deploy/", "templates/"))}


def test_whoever_names_a_file_links_to_it() -> None:
    pages = [page for name in manual_names() if (page := manual.manual_page(name)) and not name.startswith(NO_GUIDES)]
    assert [(page.name, path) for page in pages for path in SHOWN if f" `{path}`" in page.text] == []


def test_words_are_found_under_their_heading() -> None:
    assert manual.Found("how-to/silence-one.md", "Silence one finding") in manual.found("Silence FINDING")
    assert manual.found("no-such-word-anywhere") == ()
    assert manual.Found("config.example.yaml.md", "config.example.yaml") in manual.found("metrics_port Prometheus")


def test_a_search_lists_places_that_are_there() -> None:
    page = manual.search_page("silence finding")
    assert '<a href="how-to/silence-one.md#silence-one-finding">' in page.html
    for name, place in re.findall(r'<a href="([^"#]+)#([^"]*)">', page.html):
        there = manual.manual_page(name)
        assert there is not None and f'id="{place}"' in there.html, (name, place)
    assert page.html.count("<li>") <= manual.MOST
    assert "more places" in manual.search_page("a").html
    assert "stands nowhere" in manual.search_page("<script>").html
    assert "<script>" not in manual.search_page("<script>").html
    assert "Say one word" in manual.search_page(" ").html


def test_a_document_has_its_contents_and_knows_where_it_is() -> None:
    page = manual.manual_page("rules/README")
    assert page is not None
    made = manual.document(page)
    assert '<a href="../rules/README.md" aria-current="page">' in made
    assert made.count("<main") == 1
    assert "default-src 'none'" in made
