"""Plans of every kind beside their expected reviews, and files that are no plans."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from bot.contents.folders import FolderContents
from bot.errors import UsageError
from bot.review.model import Finding, Review
from bot.review.planned import PlanFile
from tests.places import TESTS
from tests.review.planned.reviews import NOTHING, reviewed
from tests.told import told_in_review
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "plans"
REVIEWS = {case["name"]: case for case in read_yaml((CASES / "reviews.yaml").read_text("utf-8"))}
REFUSED = {case["name"]: case for case in read_yaml((CASES / "refused.yaml").read_text("utf-8"))}
KNOWN = {"name", "base", "head", "plan", "gained", "lost", "undecided", "gaps", "notes", "root", "touch"}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    case = REFUSED[name]
    content = bytes.fromhex(case["bytes"]) if "bytes" in case else _text(case).encode()
    with pytest.raises(UsageError) as caught:
        reviewed(NOTHING, PlanFile("plan.json", content))
    assert case["says"] in str(caught.value)


def _text(case: dict[str, Any]) -> str:
    return json.dumps(case["json"]) if "json" in case else case["content"]


@pytest.mark.parametrize("name", REVIEWS)
def test_review(name: str, tmp_path: Path) -> None:
    case = REVIEWS[name]
    assert case.keys() <= KNOWN
    review = _reviewed(case, tmp_path)
    wanted = [(one["principal"], one["allows"], one["at"]) for one in case.get("gained", ())]
    unmet = [one for one in wanted if not any(_is(one, finding) for finding in review.gained)]
    surplus = [finding.title for finding in review.gained if not any(_is(one, finding) for one in wanted)]
    assert not unmet and not surplus, [(finding.title, finding.location) for finding in review.gained]
    counted = {
        "lost": len(review.lost),
        "undecided": len(review.undecided),
        "notes": len(review.notes),
    }
    expected = {key: case.get(key, 0) for key in ("lost", "undecided")}
    assert counted == {**expected, "notes": len(case.get("notes", ()))}, (review.gaps, review.notes)
    assert told_in_review(review.gaps) == case.get("gaps", [])
    assert all(words in note for words, note in zip(case.get("notes", ()), review.notes, strict=True)), review.notes


def _is(wanted: tuple[str, str, str], finding: Finding) -> bool:
    principal, allows, at = wanted
    names = {*finding.principals, finding.principal.name if finding.principal else ""}
    acts = any(fnmatchcase(allows.lower(), action.lower()) for action in finding.actions)
    return principal in names and acts and at == f"{finding.location.file}:{finding.location.line}"


def _reviewed(case: dict[str, Any], top: Path) -> Review:
    plan = PlanFile("plan.json", json.dumps(shown(case["plan"])).encode(), case.get("root"))
    if "head" not in case:
        return reviewed(NOTHING, plan)
    for side in ("base", "head"):
        for path, text in case[side].items():
            (top / side / path).parent.mkdir(parents=True, exist_ok=True)
            (top / side / path).write_text(text, "utf-8")
    if "touch" in case:
        with (top / "head" / case["touch"]).open("a", encoding="utf-8") as file:
            file.write("# touched\n")
    return reviewed(FolderContents(top / "base", top / "head"), plan)


def shown(plan: dict[str, Any]) -> dict[str, Any]:
    """What `terraform show -json` prints, from the short form of the cases."""
    printed: dict[str, Any] = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": [_change(change) for change in plan["changes"]],
    }
    if "errored" in plan:
        printed["errored"] = plan["errored"]
    if "blocks" in plan:
        printed["configuration"] = {"root_module": _module(plan["blocks"])}
    return printed


def _change(change: dict[str, Any]) -> dict[str, Any]:
    address = change["address"]
    sensitive = change.get("sensitive", {})
    kind, name = re.findall(r"((?:aws|kubernetes)_\w+)\.(\w+)", address)[-1]
    own: dict[str, Any] = {"address": address, "mode": change.get("mode", "managed"), "type": kind, "name": name}
    own |= {"previous_address": change["previous"]} if "previous" in change else {}
    own |= {"deposed": change["deposed"]} if "deposed" in change else {}
    own["change"] = {
        "actions": change["actions"],
        "before": _values(change["before"]),
        "after": _values(change["after"]),
        "after_unknown": change.get("unknown", {}),
        "before_sensitive": sensitive,
        "after_sensitive": sensitive,
    }
    return own


def _values(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: json.dumps(value) if name == "policy" else value for name, value in values.items()}


def _module(blocks: dict[str, Any]) -> dict[str, Any]:
    module: dict[str, Any] = {"resources": [], "module_calls": {}}
    for address, arguments in blocks.items():
        if address.startswith("module."):
            _, called, rest = address.split(".", 2)
            module["module_calls"][called] = {"module": _module({rest: arguments})}
            continue
        mode = "data" if address.startswith("data.") else "managed"
        expressions = {name: {"references": references} for name, references in arguments.items()}
        module["resources"].append({"address": address, "mode": mode, "expressions": expressions})
    return module
