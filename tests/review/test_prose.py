"""Prose: what can be done with it, and who makes it and turns it into text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bot.review.codec import decode, encode, from_plain, to_plain
from bot.review.model import Finding
from bot.review.prose import NOTHING_SAID, Prose
from tests.fakes.reviews import finding
from tests.sources import nodes

TYPE = Path("bot/review/prose.py")
CODEC = Path("bot/review/codec.py")
WORDING, RENDER = Path("bot/risk/wording"), Path("bot/render")
EVERY = sorted(path for path in Path("bot").rglob("*.py") if path != TYPE)


def test_it_is_equal_by_its_words_and_nothing_said_is_false() -> None:
    assert Prose("a") == Prose("a") != Prose("b") and len({Prose("a"), Prose("a")}) == 1
    assert Prose("a") and not NOTHING_SAID and Prose("a") != "a"


@pytest.mark.parametrize("name", sorted({name for name in dir(str) if not name.startswith("_")}))
def test_it_has_no_method_of_a_string(name: str) -> None:
    assert not hasattr(Prose("a"), name)


def test_it_is_neither_printed_nor_formatted_nor_changed() -> None:
    with pytest.raises(TypeError):
        str(Prose("a"))
    with pytest.raises(TypeError):
        format(Prose("a"))
    with pytest.raises(AttributeError):
        Prose("a")._prose = "b"


def test_json_holds_its_words() -> None:
    one = finding("a" * 16, title=Prose("it can"), arithmetic=(Prose("a point"),), who=(Prose("anyone"),))
    plain = to_plain(one)
    assert (plain["title"], plain["arithmetic"], plain["who"]) == ("it can", ("a point",), ("anyone",))
    assert decode(encode(one), Finding) == from_plain(plain, Finding) == one


@pytest.mark.parametrize("title", [1, None, ["it can"], {"_prose": "it can"}])
def test_json_that_has_something_else_in_its_place_is_refused(title: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        from_plain({**to_plain(finding("a" * 16)), "title": title}, Finding)


def uses(source: str, name: str) -> Iterator[ast.AST]:
    """Where a source names something of the prose module, but in annotations and isinstance."""
    passed = {id(arg) for node in nodes(source) if _is_check(node) for arg in ast.walk(node)}
    for node in nodes(source):
        called = (node.func, *node.args) if isinstance(node, ast.Call) and id(node) not in passed else ()
        if any(isinstance(one, ast.Name) and one.id == name for one in called):
            yield node


def _is_check(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"


def users(name: str) -> set[Path]:
    return {path for path in EVERY if any(uses(path.read_text(), name))}


def test_it_would_be_seen() -> None:
    assert len(list(uses("a = Prose('x'); b = map(Prose, c); d = text_of_prose(a)", "Prose"))) == 2
    assert not list(uses("def f(a: Prose) -> Prose:\n    return a if isinstance(a, Prose) else b", "Prose"))


def test_only_wording_and_render_and_what_reads_json_make_it() -> None:
    made = users("Prose")
    assert made and {path for path in made if path != CODEC and not {WORDING, RENDER} & set(path.parents)} == set()


def test_only_renders_writers_and_json_turn_it_into_text() -> None:
    text = users("text_of_prose") | {path for path in EVERY if "._prose" in path.read_text()}
    assert text == {CODEC, RENDER / "plain.py"}


def test_only_redaction_hides_something_in_it() -> None:
    hiding = [path for path in EVERY if ".hiding(" in path.read_text()]
    assert hiding == [Path("bot/review/redaction/hide.py")]
