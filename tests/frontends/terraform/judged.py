"""The modules that real Terraform has planned, and how what it says compares with what is evaluated here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root, RootSettings
from bot.evaluated.value import BoolValue, Choice, ListValue, NumberValue, ObjectValue, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.frontends.terraform.plain import plain
from tests.frontends.terraform.trees import tree
from tests.places import TESTS
from tests.yaml_files import read_yaml

NOT_FROM_CONFIGURATION = {".id", ".user_id", ".description"}
"""Attributes of data sources that only a provider can tell; `arn` of the caller is one of them."""

DEFAULTS = {"version": "2012-10-17", "effect": "Allow"}
"""What the AWS provider's schema fills in and the local provider leaves out."""

CASES = TESTS / "cases" / "modules_judged"
NAMES = sorted(path.parent.name for path in CASES.glob("*/case.yaml"))


@cache
def about(name: str) -> dict[str, Any]:
    """What `case.yaml` says."""
    loaded: dict[str, Any] = read_yaml((CASES / name / "case.yaml").read_text("utf-8"))
    return loaded


@cache
def planned(name: str) -> dict[str, Any]:
    """What Terraform said, by side and address."""
    loaded: dict[str, Any] = json.loads((CASES / name / "planned.json").read_text("utf-8"))
    return loaded


@cache
def evaluated(name: str, side: str) -> EvaluatedConfig:
    """What is evaluated here."""
    top = CASES / name / side
    files = {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}
    told = about(name)
    settings = RootSettings(**told.get("settings", {}), var_files=tuple(told.get("var_files", ())))
    directory = told.get("root", "")
    return evaluate(tree(files), Root(directory, settings=settings), PROVIDER, SyntaxCache())


def differences(values: Any, unknown: Any, applied: Any, ours: Value | None, where: str = "") -> Iterator[str]:
    """Where an evaluated value says something else than Terraform, in words."""
    match values, ours:
        case dict(), ObjectValue():
            names = {*values, *(unknown if isinstance(unknown, dict) else ())}
            for name in sorted(names):
                inner = _at(unknown, name)
                yield from differences(values.get(name), inner, _at(applied, name), ours.get(name), f"{where}.{name}")
        case list(), ListValue() if unknown is not True and any(isinstance(each, dict) for each in values):
            if len(values) != len(ours.items):
                yield f"{where}: {len(ours.items)} blocks instead of {len(values)}"
                return
            masks = unknown if isinstance(unknown, list) else [None] * len(values)
            made = applied if isinstance(applied, list) and len(applied) == len(values) else [None] * len(values)
            theirs = sorted(zip(values, masks, made, strict=True), key=lambda one: _words(one[0]))
            mine = sorted(ours.items, key=lambda item: _words(plain(item)))
            for index, ((said, mask, after), item) in enumerate(zip(theirs, mine, strict=True)):
                yield from differences(said, mask, after, item, f"{where}[{index}]")
        case _:
            yield from _leaf(values, unknown, applied, ours, where)


def _leaf(values: Any, unknown: Any, applied: Any, ours: Value | None, where: str) -> Iterator[str]:
    name = where.rpartition(".")[2]
    if where.startswith("data.") or ".data." in where:
        if f".{name}" in NOT_FROM_CONFIGURATION or where.endswith("aws_caller_identity.current.arn"):
            return
        values = DEFAULTS.get(name) if values is None and ours is not None else values
    mine = None if ours is None else plain(ours)
    symbolic = ours is not None and _symbolic(ours)
    if _any_unknown(unknown):
        if ours is not None and not symbolic and _same(applied) != _same(mine):
            yield f"{where}: {mine!r} although it is unknown and becomes {applied!r}"
    elif _same(values) != _same(mine):
        yield f"{where}: {mine!r} instead of {values!r}"


def _words(block: Any) -> str:
    """What blocks are brought into an order by: sets have none."""
    return json.dumps(_same({name: each for name, each in block.items() if name not in DEFAULTS}), sort_keys=True)


def _at(container: Any, name: str) -> Any:
    return container.get(name) if isinstance(container, dict) else container if container is True else None


def _any_unknown(mask: Any) -> bool:
    if isinstance(mask, (dict, list)):
        return any(_any_unknown(each) for each in (mask.values() if isinstance(mask, dict) else mask))
    return mask is True


def _same(value: Any) -> Any:
    """The value without what a schema converts: primitives as text, JSON read, empty and absent alike, sets sorted."""
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            try:
                read = json.loads(value)
            except ValueError:
                return value
            return _document(read) if isinstance(read, (dict, list)) else value
        case dict():
            return {key: one for key, each in sorted(value.items()) if (one := _same(each)) is not None} or None
        case list():
            return sorted((_same(each) for each in value), key=str) or None
    return value


def _document(value: Any) -> Any:
    """JSON without the order that blocks of a set and lists of texts have in it; statements keep theirs."""
    match value:
        case dict():
            return {key: _document(each) for key, each in value.items()}
        case list():
            found = [_document(each) for each in value]
            return sorted(found) if all(isinstance(each, str) for each in found) else found
    return value


def _symbolic(value: Value) -> bool:
    match value:
        case Unknown() | Choice():
            return True
        case StringValue():
            return value.known is None
        case ListValue():
            return any(_symbolic(item) for item in value.items)
        case ObjectValue():
            return any(_symbolic(item) for _, item in value.entries)
        case NumberValue() | BoolValue():
            return False
    return False
