"""The second engine (bench/smt) and the first say the same of pairs of policies, and a fault of either is noticed."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from random import Random
from typing import Any

import pytest

pytest.importorskip("z3", reason="no z3: the second engine needs it")

import z3

from bench.smt import document, keys, languages, question
from bench.smt.__main__ import Compared, Pair, report
from bench.smt.question import Found, ask
from bench.soak_managed import recorded
from tests.access_diff.policy_cases import load_cases
from tests.places import PROJECT, TESTS
from tests.yaml_files import read_yaml

IAM = TESTS / "cases" / "iam"
PAIRS = 200
PARTS = 8
SEED = 20261127
VERSION = "2012-10-17"


def found(new_access: bool) -> Found:
    return Found.SOMETHING if new_access else Found.NOTHING


def managed() -> list[tuple[Pair, Found]]:
    """AWS's own, of which the first engine says that nothing is new."""
    return [(Pair(one.name, one.old, one.new), Found.NOTHING) for one, said in recorded() if said == "nothing new"]


def written() -> list[tuple[Pair, Found]]:
    """The cases of the first engine that need no more than two identity policies and a yes or no."""
    left_out = {one["case"] for one in read_yaml((IAM / "smt_left_out.yaml").read_text())}
    return [
        (Pair(name, _policy(case["old"]), _policy(case["new"])), found(case["gained"]))
        for name, case in load_cases()
        if name not in left_out and "<<" not in str(case) and "hole" not in str(case)
        if isinstance(case["gained"], bool) and not case.keys() & {"kind", "old_caps", "new_caps"}
    ]


def conditions() -> list[tuple[Pair, Found]]:
    """Pairs of conditions of which one lets in more."""
    several: list[tuple[Pair, Found]] = []
    for case in read_yaml((IAM / "conditions_nested.yaml").read_text()):
        same = "same" in case
        narrow, wide = map(_under, case["same"] if same else (case["narrow"], case["wide"]))
        several.append((Pair(str(case), wide, narrow), Found.NOTHING))
        several.append((Pair(f"{case} reversed", narrow, wide), found(not same)))
    return several


def _policy(written: Any) -> Any:
    return written if isinstance(written, dict) else {"Version": VERSION, "Statement": written}


def _under(condition: Any) -> Any:
    return _policy([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}])


@cache
def chosen() -> tuple[tuple[Pair, Found], ...]:
    some = managed()
    others = Random(SEED).sample([*written(), *conditions()], PAIRS - len(some))
    return (*some, *others)


@pytest.mark.parametrize("part", range(PARTS))
def test_both_engines_say_the_same(part: int) -> None:
    answers = [(pair, engine, ask(pair.old, pair.new)) for pair, engine in chosen()[part::PARTS]]
    differing = [
        f"{pair.name}: {engine}, solver {answer.found} {answer.request}"
        for pair, engine, answer in answers
        if answer.found not in (engine, Found.UNANSWERED)
    ]
    assert differing == []
    assert sum(answer.found is Found.UNANSWERED for _, _, answer in answers) <= 1


def test_there_are_enough_of_both_kinds() -> None:
    assert len(chosen()) == PAIRS
    assert sum(engine is Found.SOMETHING for _, engine in chosen()) >= PAIRS // 5


def test_the_encoding_shares_nothing_with_what_it_judges() -> None:
    files = [path for path in (PROJECT / "bench" / "smt").glob("*.py") if path.name != "__main__.py"]
    assert len(files) > 5
    assert [path.name for path in files if re.search(r"^\s*(from|import) (bot|tests)\b", path.read_text(), re.M)] == []


def test_a_wrong_word_of_the_first_engine_is_told() -> None:
    pair, engine = next(one for one in written() if one[1] is Found.SOMETHING)
    answer = ask(pair.old, pair.new)
    wrong, right = (Compared(pair, said, answer, 0.1) for said in (Found.NOTHING, engine))
    assert wrong.disagrees and not right.disagrees
    assert f"DISAGREE {pair.name}" in report([wrong]) and str(answer.request) in report([wrong])


def test_a_pair_that_is_not_answered_is_told() -> None:
    pair, engine = next(one for one in written() if one[1] is Found.SOMETHING)
    open_ = Compared(pair, engine, ask(pair.old, pair.new, budget=0.0), 0.1)
    assert not open_.disagrees
    assert f"open {pair.name}: out of time" in report([open_])


def _no_deny(written: Any, variables: bool) -> document.Statement:
    return dataclasses.replace(_STATEMENT(written, variables), allows=True)


_STATEMENT = document._statement

_ANY_RUN = {**languages._WILD, "?": languages._WILD["*"]}

FAULTS: dict[str, tuple[object, str, object]] = {
    "a Deny allows": (document, "_statement", _no_deny),
    "every key is there": (keys.Keys, "present", lambda self, key: z3.BoolVal(True)),
    "a question mark is a star": (languages, "_WILD", _ANY_RUN),
    "less than is at most": (keys, "_in_order", lambda given, relation, limit: given <= z3.RealVal(str(limit))),
    "an action acts on anything": (question.Question, "_acted_on", lambda self, some: z3.BoolVal(True)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_encoding_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, wrong = FAULTS[fault]
    languages.forget()
    monkeypatch.setattr(where, name, wrong)
    try:
        answers = ((engine, ask(pair.old, pair.new).found) for pair, engine in [*written(), *conditions()])
        assert any(answer not in (engine, Found.UNANSWERED) for engine, answer in answers)
    finally:
        languages.forget()
