"""The mutation property (bench/silence) holds for our own cases, and fails soon without anything that the bot knows."""

from __future__ import annotations

import itertools
import re
from functools import cache

import pytest

from bench.silence import own_cases
from bench.silence.__main__ import said
from bench.silence.knowledge import KINDS, without
from bench.silence.mutation import Mutation
from bench.silence.mutations import STRATA, Site, drawn
from bench.silence.property import Property, Tried, Verdict
from tests.places import PROJECT

MUTATIONS = 150
WITHIN = 200
SEED = 5
OTHER_SEEDS = {"call": 10, "file": 10, "gap": 10}
"""By what the bot knows, where the first draw has no mutation that only this would notice."""
FOUND = 3
"""So many are asked about again with all that the bot knows, of which one has to be right then."""
JUDGES = ("spelling", "judge", "graph")
READ_BY_JUDGES = ("bot.evaluated.", "bot.frontends.terraform.syntax.", "bot.type_registry.", "bench.silence.")


@cache
def sites() -> tuple[Site, ...]:
    return tuple(own_cases.sites())


@cache
def mutations() -> tuple[tuple[Site, Mutation], ...]:
    return tuple(itertools.islice(drawn(sites(), SEED), WITHIN))


@cache
def tried() -> tuple[Tried, ...]:
    """As many as are asked for, of those that are valid Terraform."""
    with Property().at_work() as tries:
        each = (tries.tried(site, mutation) for site, mutation in mutations())
        return tuple(itertools.islice((one for one in each if one.verdict is not Verdict.INVALID), MUTATIONS))


def test_whoever_is_silent_is_right() -> None:
    assert [said(one) for one in tried() if one.disagrees and not own_cases.is_listed(one)] == []


def test_every_way_to_change_something_is_tried() -> None:
    assert len(tried()) == MUTATIONS
    assert {one.mutation.stratum for one in tried()} == STRATA.keys()
    silent = sum(one.silent for one in tried() if not one.mutation.meaningless)
    assert 10 <= silent <= MUTATIONS // 2, "what is never silent, or always, shows nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_it_fails_without_what_the_bot_knows(kind: str) -> None:
    seed = OTHER_SEEDS.get(kind, SEED)
    each = mutations() if seed == SEED else itertools.islice(drawn(sites(), seed), WITHIN)
    with without(KINDS[kind]) as tries:
        wrong = tuple(itertools.islice((one for one in each if _is_wrong(tries.tried(*one))), FOUND))
    with Property().at_work() as tries:
        assert any(not tries.tried(*one).disagrees for one in wrong)


def _is_wrong(one: Tried) -> bool:
    return one.disagrees and not own_cases.is_listed(one)


def test_the_judge_shares_nothing_with_what_it_judges() -> None:
    for name in JUDGES:
        text = (PROJECT / "bench" / "silence" / f"{name}.py").read_text("utf-8")
        imported = re.findall(r"^(?:from|import) ((?:bot|bench|tests)[\w.]*)", text, re.M)
        assert [one for one in imported if not f"{one}.".startswith(READ_BY_JUDGES)] == []
        assert not re.search(r"\.(thing|unlike|here)\b", text), "the bot's own identity"


@pytest.mark.parametrize("entry", own_cases.listed(), ids=lambda entry: entry["world"])
def test_what_is_listed_is_still_so(entry: dict[str, str]) -> None:
    some = [
        site for site in sites() if own_cases.is_of({**entry, "begins": ""}, site, Mutation(entry["stratum"], "", ()))
    ]
    with Property().at_work() as tries:
        found = [
            tries.tried(site, one)
            for site in some
            for one in STRATA[entry["stratum"]](site)
            if own_cases.is_of(entry, site, one)
        ]
    assert any(one.disagrees for one in found)
