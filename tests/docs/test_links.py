"""Links of the manual lead to files that the project has, and to headings that are there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import pytest

from bot.manual_files import manual_names, manual_path
from bot.render.manual import ManualPage, manual_page
from tests.places import PROJECT

PAGES = [page for name in sorted(manual_names()) if (page := manual_page(name)) and page.text == page.markdown]
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def targets(page: ManualPage) -> Iterator[str]:
    """What its links name that are of this project, as they are written."""
    for target in re.findall(r"\]\(([^)\s]+)\)", _CODE.sub("", page.text)):
        if "://" not in target and not target.startswith(("mailto:", "#")):
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_to_what_there_is(page: ManualPage) -> None:
    beside = (PROJECT / manual_path(page.name)).parent
    assert [target for target in targets(page) if not (beside / target.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_to_headings_that_there_are(page: ManualPage) -> None:
    lost = []
    for target in re.findall(r'<a href="([^":]*#[^"]+)"', page.html):
        path, _, place = target.partition("#")
        there = manual_page(posixpath.normpath(posixpath.join(posixpath.dirname(page.name), path))) if path else page
        if there is None or f'id="{place}"' not in there.html:
            lost.append(target)
    assert lost == []
