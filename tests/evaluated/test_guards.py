"""Guards: which can hold together, and that nobody reads their text."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evaluated.call import Call
from bot.evaluated.diagnostic import NOWHERE
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Assumed, Elsewhere, Guard, any_of, compatible, ordered, spelled
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.trails import string
from bot.evaluated.value import ListValue, Part, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.conditions import equality_guard, guards
from bot.frontends.terraform.evaluate.operators import binary, unary
from bot.frontends.terraform.functions.lists import contains
from bot.frontends.terraform.modules.revision_files import TreeFiles
from tests.places import TESTS
from tests.sources import nodes

MODE = Unknown(Symbol("var.mode"))
OTHER = Unknown(Symbol("module.m.var.mode"))
A, B = string("a"), string("b")


def holds(value: Value) -> Guard:
    assert isinstance(value, Unknown)
    return guards(value.symbol, ())[0]


def text(*parts: str | Symbol) -> StringValue:
    return StringValue(tuple(map(Part, parts)))


IS_A, IS_B = holds(binary("==", MODE, A)), holds(binary("==", MODE, B))
EMPTY = holds(binary("==", text(Symbol("var.a"), Symbol("var.b")), text("")))
ALSO_EMPTY = holds(binary("==", text(Symbol("var.c"), Symbol("var.d")), text("")))
NEITHER = unary("!", binary("&&", unary("!", MODE), unary("!", OTHER)))


FILES = TreeFiles(SourceTree("", {}, {}))
CALL = Call("contains", "contains", NOWHERE, "", FILES, lambda text, variables: text)
ONE_OF_TWO = holds(binary("||", binary("==", MODE, A), binary("==", B, MODE)))
ONE_OF_THREE = holds(contains((ListValue((A, B, string("c"))), MODE), CALL))
BOTH = holds(binary("&&", MODE, OTHER))


@pytest.mark.parametrize(
    ("one", "other", "can"),
    [
        (IS_A, IS_B, False),
        (IS_A, IS_A.turned(False), False),
        (IS_A, IS_B.turned(False), True),
        (IS_A, holds(binary("==", OTHER, B)), True),
        (IS_A, holds(binary("!=", B, MODE)), True),
        (IS_A, holds(binary("!=", A, MODE)), False),
        (EMPTY, ALSO_EMPTY, True),
        (holds(binary("==", MODE, text("x${var.a}"))), holds(binary("!=", MODE, text("x", Symbol("var.a")))), True),
        (ONE_OF_TWO, ONE_OF_THREE.turned(False), False),
        (ONE_OF_TWO.turned(False), ONE_OF_THREE, True),
        (ONE_OF_TWO.turned(False), IS_A, False),
        (holds(contains((ListValue((A, text("x", Symbol("var.y")))), MODE), CALL)).turned(False), IS_A, True),
        (BOTH, holds(MODE).turned(False), False),
        (BOTH.turned(False), holds(MODE), True),
        (any_of([(IS_A,), (IS_B,)]), ONE_OF_THREE.turned(False), False),
        (Guard(Elsewhere(ONE_OF_TWO.condition, "a")), Guard(Elsewhere(ONE_OF_THREE.condition, "a"), False), False),
        (Guard(Elsewhere(ONE_OF_TWO.condition, "a")), ONE_OF_THREE.turned(False), True),
        (Guard(Elsewhere(IS_A.condition, "a")), Guard(Elsewhere(IS_B.condition, "a")), False),
        (Guard(Elsewhere(IS_A.condition, "a")), Guard(Elsewhere(IS_B.condition, "b")), True),
    ],
    ids=lambda value: spelled(value) if isinstance(value, Guard) else str(value),
)
def test_hold_together(one: Guard, other: Guard, can: bool) -> None:
    assert compatible((one, other)) is can


def test_one_condition_however_it_is_written() -> None:
    assert IS_A == holds(binary("==", A, MODE)) == equality_guard(A, MODE)
    assert holds(binary("!=", MODE, A)) == IS_A.turned(False)
    assert holds(unary("!", unary("!", MODE))) == holds(MODE)
    assert holds(NEITHER) != holds(MODE)


def test_variables_are_those_of_the_tree() -> None:
    assert holds(binary("==", MODE, text("use var.action"))).variables == {MODE.symbol}
    assert holds(NEITHER).variables == {MODE.symbol, OTHER.symbol}
    assert any_of([(IS_A,), (holds(OTHER),)]).variables == {MODE.symbol, OTHER.symbol}


@pytest.mark.parametrize(
    ("guard", "reads"),
    [
        (IS_A.turned(False), '!("a" == var.mode)'),
        (holds(NEITHER), "!(!(var.mode) && !(module.m.var.mode))"),
        (any_of([(IS_A, holds(OTHER)), (IS_B,)]), '"a" == var.mode and module.m.var.mode or "b" == var.mode'),
        (Guard(Elsewhere(IS_A.condition, ""), False), '!("a" == var.mode) of the top directory'),
    ],
)
def test_spelled(guard: Guard, reads: str) -> None:
    assert spelled(guard) == reads


def test_order_is_that_of_the_words() -> None:
    assert ordered((IS_B, IS_A, IS_A, IS_A.turned(False))) == (IS_A.turned(False), IS_A, IS_B)


BOT = TESTS.parent / "bot"
SPELL = {
    "bot/evaluated/symbol_names.py": "the name of a symbol that stands for one of several values",
    "bot/frontends/terraform/evaluate/latent.py": "the reason of a variable that has not its default",
    "bot/risk/wording/guard_words.py": "what people read",
}


def test_only_these_spell_a_guard() -> None:
    assert {path for path in _modules() if "spelled" in _imported(BOT.parent / path)} == set(SPELL)


def test_nobody_takes_a_guard_for_text() -> None:
    """No str of one, no formatted one, and mypy refuses the methods of str on what is none."""
    assert not issubclass(Guard, str) and "__str__" not in vars(Guard)
    assert [place for path in _modules() for place in _as_text(BOT.parent / path)] == []


def _modules() -> list[str]:
    return [str(path.relative_to(BOT.parent)) for path in sorted(BOT.rglob("*.py"))]


def _imported(path: Path) -> set[str]:
    imports = [node for node in nodes(path.read_text()) if isinstance(node, ast.ImportFrom)]
    found = [node for node in imports if node.module == "bot.evaluated.guard"]
    return {alias.name for node in found for alias in node.names}


def _as_text(path: Path) -> Iterator[str]:
    """Where something called `guard`, or a `.guard`, is formatted or given to str."""
    for node in nodes(path.read_text()):
        printed: list[ast.expr] = []
        if isinstance(node, ast.FormattedValue):
            printed = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
            printed = list(node.args)
        for one in printed:
            name = one.id if isinstance(one, ast.Name) else one.attr if isinstance(one, ast.Attribute) else ""
            if name == "guard":
                yield f"{path.name}:{one.lineno}"


def test_what_is_assumed_allows_what_is_compatible_with_it() -> None:
    every = [
        way for one in (IS_A, IS_B, EMPTY, ONE_OF_TWO, ONE_OF_THREE, BOTH) for way in (one, one.turned(not one.holds))
    ]
    for first, second, third in itertools.product(every, repeat=3):
        if compatible((first, second)):
            given = Assumed().also(first).also(second)
            assert given.allow(third) == compatible((first, second, third)), (first, second, third)
            assert (
                given.guards == {first, second}
                and first in given
                and third.turned(not third.holds) not in given.also(third)
            )
