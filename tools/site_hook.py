"""Makes the project's Markdown into mkdocs' own: pages of the top are its pages, links lead to what the site has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from bot.manual_files import manual_names
from bot.render.manual import HOME, linked, manual_page, with_column_names

ICON = Path(__file__).parent.parent / "bot" / "web" / "static" / "icon.svg"

WEIGHTS = {"tutorials": 2, "how-to": 2, "decisions": 0.1, "measurements": 0.1}
"""How much a find in a folder counts: whoever searches wants to do something."""


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add the manual's pages that are not in docs/, and the icon."""
    for name in sorted(manual_names() - set(files.src_uris)):
        page = manual_page(name)
        assert page is not None
        files.append(File.generated(config, name, content=page.markdown))
    files.append(File.generated(config, "icon.svg", content=ICON.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Let links lead within the site; those to what it has not (code, measurements of tests) are their words alone."""
    if page.file.src_uri == HOME:
        page.meta["hide"] = ["navigation", "toc"]  # it is one page, and its own list of where to go
    page.meta["search"] = {"boost": WEIGHTS.get(page.file.src_uri.partition("/")[0], 1)}
    return linked(markdown, page.file.src_uri, lambda target: target in files.src_uris)


def on_page_content(html: str, **_: Any) -> str:
    """On a phone a table's rows stand as blocks, whose lines say what they are."""
    return with_column_names(html)


def on_post_page(output: str, **_: Any) -> str:
    """The theme's dialog has no name."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
