"""What a change of the rules loosens, from tests/cases/risk/rules_changes.yaml."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from bot.access_diff.delta import PrivilegeDiff
from bot.evaluated.touched import parse_diff
from bot.review.prose import text_of_prose
from bot.review_config.change_findings import rules_findings
from bot.review_config.layers import Layers
from bot.review_config.rules_file import NO_REGULAR_FILE, RulesFile, load_review_config
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import assess
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/rules_changes.yaml").read_text())
NOTHING_TOUCHED = parse_diff("")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_change(case: dict[str, Any]) -> None:
    layers = Layers(*(load_review_config(case.get(name), name) for name in ("defaults", "enforced")))
    found = rules_findings(RulesFile(case["base"]), RulesFile(case["head"]), NOTHING_TOUCHED, ReviewConfig(), layers)
    if case["loosens"] is None:
        assert found == ()
        return
    (finding,) = found
    said = text_of_prose(finding.title).partition(": ")[0]
    assert finding.loosens == tuple(case["loosens"])
    if "broken" in case:
        assert text_of_prose(finding.title).startswith(case["broken"])
    elif case["loosens"]:
        assert said == f".iam-review.yaml loosens {', '.join(case['loosens'])}"
    else:
        assert said.startswith(".iam-review.yaml changes ")
    assert finding.grade == ("medium" if case["loosens"] else "low")
    assert "broken" in case or finding.before != finding.after
    shown = [text_of_prose(finding.before), text_of_prose(finding.after)]
    assert shown == case.get("shown", shown)


def test_the_same_new_value_after_another_old_one_is_another_change() -> None:
    new = RulesFile("fail_at: critical\n")
    olds = (RulesFile("fail_at: low\n"), RulesFile("fail_at: medium\n"))
    (one,), (other,) = (rules_findings(old, new, NOTHING_TOUCHED, ReviewConfig()) for old in olds)
    assert one.fingerprint != other.fingerprint


def keys_of(section: type, path: str = "") -> Iterator[str]:
    """Every key of the settings, those of the sections in lists and mappings too."""
    for name, hint in get_type_hints(section).items():
        inner = next((one for one in (hint, *get_args(hint)) if dataclasses.is_dataclass(one)), None)
        yield from [f"{path}{name}"] if inner is None else keys_of(inner, f"{path}{name}.")  # type: ignore[arg-type]


def changed_keys(base: Any, head: Any, path: str = "") -> set[str]:
    """The keys whose values differ between two files."""
    if isinstance(base, list) and isinstance(head, list) and any(isinstance(one, dict) for one in (*base, *head)):
        pairs: Any = zip_longest(base, head, fillvalue={})
        return set().union(*(changed_keys(one, other, path) for one, other in pairs))
    if path.rstrip(".") != "rules" and isinstance(base, dict) and isinstance(head, dict):
        names = base.keys() | head.keys()
        return set().union(*(changed_keys(base.get(n), head.get(n), f"{path}{n}.") for n in names))
    return {path.rstrip(".")} if base != head else set()


def test_every_key_of_every_section_changes_alone_in_some_case() -> None:
    """So that whoever adds a key has to say which way it loosens: a key that nothing compares loosens in silence."""
    alone = set()
    for case in CASES:
        if "broken" not in case and case["base"] is not None and case["head"] is not None:
            changed = changed_keys(read_yaml(case["base"]) or {}, read_yaml(case["head"]) or {})
            alone |= changed if len(changed) == 1 else set()
    assert set(keys_of(ReviewConfig)) <= alone, set(keys_of(ReviewConfig)) - alone


def test_two_broken_files_are_two_findings() -> None:
    """Or what an approver has let in as a slip would let in another."""
    base, slip = RulesFile("mode: enforce\n"), "mode: enforce\nmod: x\n"
    (one,), (other,) = (
        rules_findings(base, RulesFile(text), NOTHING_TOUCHED, ReviewConfig()) for text in (slip, slip + "# and more\n")
    )
    assert one.title == other.title and one.full_fingerprint != other.full_fingerprint


def test_a_link_in_place_of_the_file_breaks_it() -> None:
    base = RulesFile("mode: enforce\n")
    (finding,) = rules_findings(base, RulesFile(unreadable=NO_REGULAR_FILE), NOTHING_TOUCHED, ReviewConfig())
    assert finding.loosens == ("mode", ".iam-review.yaml") and "is no regular file" in text_of_prose(finding.title)


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (ReviewConfig(mode="enforce", approvers=("grace",)), "have an approver of the base branch accept this"),
        (ReviewConfig(mode="enforce"), "an administrator must name some there first"),
        (ReviewConfig(mode="comment"), "in a pull request of their own"),
    ],
)
def test_it_says_how_a_loosening_gets_in(rules: ReviewConfig, says: str) -> None:
    base, head = RulesFile("fail_at: low\n"), RulesFile("fail_at: never\n")
    (finding,) = rules_findings(base, head, NOTHING_TOUCHED, rules)
    assert says in text_of_prose(finding.fix)


JUDGED = (ReviewConfig(mode="enforce"), ReviewConfig(mode="enforce", rules={"rules-changed": "off"}))


@pytest.mark.parametrize("rules", JUDGED, ids=["told", "switched off"])
def test_what_blocks_cannot_be_switched_off(rules: ReviewConfig) -> None:
    base, head = RulesFile("fail_at: low\n"), RulesFile("fail_at: never\n")
    of_rules = rules_findings(base, head, NOTHING_TOUCHED, rules)
    assert assess(PrivilegeDiff(()), NOTHING_TOUCHED, rules, of_rules).gained
