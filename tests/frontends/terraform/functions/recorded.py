"""Evaluates a case file's expressions and compares the results with what Terraform answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.trails import is_known
from bot.evaluated.value import BoolValue, ListValue, NullValue, NumberValue, ObjectValue, StringValue, Value
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.yaml_files import read_yaml

Case = dict[str, Any]


@dataclass(frozen=True)
class CaseFile:
    """The cases of one file, and the repository files beside them."""

    cases: tuple[Case, ...]
    files: dict[str, str]


def load(path: Path) -> CaseFile:
    content = read_yaml(path.read_text("utf-8"))
    return CaseFile(tuple(content["cases"]), content.get("files", {}))


def configuration(index: int, case: Case) -> str:
    """One case as a resource; the list keeps null from vanishing."""
    names = case.get("locals", {})

    def own(text: str) -> str:
        return re.sub(r"\blocal\.(\w+)", lambda found: f"local.case_{index}_{found[1]}", text) if names else text

    lines = [f"  case_{index}_{name} = {own(text)}" for name, text in names.items()]
    block = "locals {\n" + "\n".join(lines) + "\n}\n" if lines else ""
    expression = own(case["expression"])
    return f'{block}resource "case" "case_{index}" {{\n  value = [{expression}]\n}}\n'


def evaluated(content: CaseFile) -> EvaluatedConfig:
    files = dict(content.files)
    files |= {f"case_{index}.tf": configuration(index, case) for index, case in enumerate(content.cases)}
    blobs = {path: text.encode("utf-8") for path, text in files.items()}
    tree = SourceTree("head", {path: path for path in blobs}, blobs)
    return evaluate(tree, Root(""), PROVIDER, SyntaxCache())


def results(path: Path) -> list[tuple[Case, Value | None]]:
    """Each case with its value; None if its file could not be read."""
    content = load(path)
    found: dict[str, Value] = {}
    for resource in evaluated(content).resources:
        value = resource.attribute("value")
        found[resource.name] = value.items[0] if isinstance(value, ListValue) else value or NullValue()
    return [(case, found.get(f"case_{index}")) for index, case in enumerate(content.cases)]


def plain(value: Value | None) -> Any:
    """The value as JSON has it; "unknown" in angle brackets where it is not known."""
    match value:
        case None:
            return "<no value>"
        case NullValue():
            return None
        case BoolValue() | NumberValue():
            return value.value
        case StringValue() if value.known is not None:
            return value.known
        case ListValue():
            return [plain(item) for item in value.items]
        case ObjectValue():
            return {name: plain(item) for name, item in value.entries}
    return f"<unknown: {value}>"


def complaint(case: Case, value: Value | None) -> str | None:
    """What is wrong with the value, None if nothing is."""
    if "error" in case:
        if value is None or not is_known(value):
            return None
        return f"{case['expression']}: Terraform refuses ({case['error']}), evaluated to {plain(value)!r}"
    if not same(plain(value), case["value"]):
        return f"{case['expression']}: Terraform says {case['value']!r}, evaluated to {plain(value)!r}"
    is_set = isinstance(value, ListValue) and value.is_set
    kind = case.get("type")
    if kind is not None and is_set != (isinstance(kind, list) and kind[0] == "set"):
        return f"{case['expression']}: Terraform gives a {kind[0]}, evaluated to {'a' if is_set else 'no'} set"
    return None


def same(ours: Any, theirs: Any) -> bool:
    """Equal with equal types; floats as far as a double goes."""
    if isinstance(ours, bool) != isinstance(theirs, bool):
        return False
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == theirs or abs(ours - theirs) <= 1e-15 * abs(theirs)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return list(ours) == sorted(theirs) and all(same(ours[key], theirs[key]) for key in theirs)
    return bool(ours == theirs)
