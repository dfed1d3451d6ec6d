"""The manual: pages with their contents, links that lead within it, and where words stand."""

from __future__ import annotations

import pytest

from bot.render import manual

HAS = {"index.md", "rules/a.md", "rules/README.md", "SECURITY.md"}


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


def test_words_are_found_under_their_heading() -> None:
    assert manual.Found("how-to/silence-one.md", "Silence one finding") in manual.found("Silence FINDING")
    assert manual.found("no-such-word-anywhere") == ()


def test_a_document_has_its_contents_and_knows_where_it_is() -> None:
    page = manual.manual_page("rules/README")
    assert page is not None
    made = manual.document(page)
    assert '<a href="../rules/README.md" aria-current="page">' in made
    assert made.count("<main") == 1
    assert "default-src 'none'" in made
