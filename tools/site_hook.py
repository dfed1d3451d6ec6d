"""Makes the project's Markdown into mkdocs' own: pages of the top are its pages, links lead to what the site has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from bot.manual_files import AT_THE_TOP
from bot.render.manual import linked

TOP = Path(__file__).parent.parent
ICON = TOP / "bot" / "web" / "static" / "icon.svg"


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add what stands at the top of the project, and the icon."""
    for name in AT_THE_TOP:
        if name.endswith(".md"):
            files.append(File.generated(config, name, content=(TOP / name).read_text("utf-8")))
    files.append(File.generated(config, "icon.svg", content=ICON.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Let links lead within the site; those to what it has not (code, deployments) are their words alone."""
    return linked(markdown, page.file.src_uri, lambda target: target in files.src_uris)
