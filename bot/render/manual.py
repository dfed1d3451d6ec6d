"""The manual as pages: its contents, and each page of Markdown as HTML whose links lead to pages that there are."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from bot.frozen import dataclass
from bot.manual_files import AT_THE_TOP, manual_file, manual_names
from bot.render.page.page import environment, style

HOME = "index.md"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the contents; `name` is its path in docs/."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class ManualPart:
    """A part of the contents; the home page stands in one without a title."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ManualPage:
    """A page: its path in docs/, its title, its text as Markdown and as HTML."""

    name: str
    title: str
    text: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Found:
    """Where a word stands: a page, and the heading above it."""

    name: str
    heading: str


@cache
def contents() -> tuple[ManualPart, ...]:
    """The parts of the manual in their order, as the site's configuration lists them."""
    listed: list[dict[str, Any]] = yaml.safe_load(manual_file("mkdocs.yml").read_text("utf-8"))["nav"]
    return tuple(_part(title, given) for part in listed for title, given in part.items())


def _part(title: str, given: str | list[dict[str, str]]) -> ManualPart:
    if isinstance(given, str):
        return ManualPart("", (Entry(title, given),))
    return ManualPart(title, tuple(Entry(name, file) for one in given for name, file in one.items()))


def manual_page(name: str) -> ManualPage | None:
    """A page by its path in docs/, with or without `.md`; None where there is none."""
    name = name if name.endswith(".md") else f"{name}.md"
    return _page(name) if name in manual_names() else None


@cache  # of what there is alone: a stranger's guesses are not kept
def _page(name: str) -> ManualPage:
    text = manual_file(name).read_text("utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    return ManualPage(name, title, text, html(linked(text, name, manual_names().__contains__)))


def linked(text: str, page: str, there: Callable[[str], bool]) -> str:
    """Markdown whose links lead to files that are `there` (by their path in the manual), or are their text alone."""
    parts = ((text[start:end], is_code) for start, end, is_code in _parts(text))
    return "".join(part if is_code else _LINK.sub(lambda it: _target(it, page, there), part) for part, is_code in parts)


def _parts(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where code is, in which nothing is a link, and where other text."""
    at = 0
    for code in _CODE.finditer(text):
        yield at, code.start(), False
        yield code.start(), code.end(), True
        at = code.end()
    yield at, len(text), False


def _target(link: re.Match[str], page: str, there: Callable[[str], bool]) -> str:
    image, shown, target = link.groups()
    path, mark, place = target.partition("#")
    if "://" in target or not path:
        return link[0]
    named = _named(path, page)
    name = named if there(named) else f"{named}/README.md"
    if not there(name):
        return shown
    return f"{image}[{shown}]({posixpath.relpath(name, posixpath.dirname(page) or '.')}{mark}{place})"


def _named(path: str, page: str) -> str:
    """What the manual, which has docs/ and some files of the top, calls the file that a page's link leads to."""
    beside = posixpath.dirname(page if page in AT_THE_TOP else f"docs/{page}")
    return posixpath.normpath(posixpath.join(beside, path)).removeprefix("docs/")


def html(text: str) -> Markup:
    """Markdown as HTML, without any HTML of its own; headings have an id that links can name."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = made.parse(text)
    for opening, inside in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", _anchor(inside))
    return Markup(made.renderer.render(tokens, made.options, {}))


def _anchor(heading: Token) -> str:
    """As forges make it: small letters, blanks as hyphens."""
    said = "".join(one.content for one in heading.children or ())
    return re.sub(r"[^\w\- ]", "", said.lower()).replace(" ", "-")


def found(words: str) -> tuple[Found, ...]:
    """The pages on which all words stand in one section, with its heading; those first that are called by them."""
    wanted = words.lower().split()
    pages = map(_page, sorted(manual_names()))
    places = [
        Found(page.name, heading)
        for page in pages
        for heading, said in _sections(page.text)
        if all(word in f"{page.name}\n{said}".lower() for word in wanted)
    ]
    return tuple(sorted(places, key=lambda one: not _called(one, wanted)))


def _called(place: Found, wanted: list[str]) -> bool:
    return all(word in f"{place.name}\n{place.heading}".lower() for word in wanted)


def _sections(text: str) -> Iterator[tuple[str, str]]:
    _, *rest = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    yield from ((heading, f"{heading}\n{said}") for heading, said in zip(rest[::2], rest[1::2], strict=True))


def body(page: ManualPage) -> Markup:
    """What stands inside `main`: the contents and the page, with links as from the page's own place."""
    view = {"page": page, "contents": contents(), "top": "../" * page.name.count("/")}
    return Markup(environment().get_template("manual.html.j2").render(view))


def document(page: ManualPage) -> str:
    """A whole document without script, for a server of nothing else."""
    view = {"title": page.title, "style": style(), "body": body(page)}
    return environment().get_template("manual_document.html.j2").render(view) + "\n"
