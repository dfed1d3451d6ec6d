"""Policies made to be expensive: an answer or "undecided" within a bound of work, never a wrong "nothing new"."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.iam.statement import PolicyKind
from bot.privilege_diff.pairs import PairVerdict, judge_pair

SECONDS = 6.0
"""CPU time; the aim is 2 s on an idle machine."""


def allow(resources: object, action: object = "s3:GetObject") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resources}


def bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


PAIRS: dict[str, tuple[list[Any], list[Any]]] = {
    "many stars": ([allow(bucket("a*" * 50_000))], [allow(bucket("*a" * 50_000))]),
    "many question marks": ([allow(bucket("?*a" * 33_000))], [allow(bucket("a*?" * 33_000))]),
    "a long name": ([allow(bucket("a" * 100_000))], [allow(bucket("a" * 99_999 + "*"))]),
    "a long action": ([allow("*", "s3:" + "a*" * 50_000)], [allow("*", "s3:" + "*a" * 50_000)]),
    "5,000 statements": (
        [allow(bucket(f"b{i}/*")) for i in range(5_000)],
        [allow(bucket(f"c{i}/*")) for i in range(5_000)],
    ),
    "5,000 overlapping statements": (
        [allow(bucket(f"*{i}*/*")) for i in range(5_000)],
        [allow(bucket(f"*{i}*/?*"), "s3:Get*") for i in range(5_000)],
    ),
    "10,000 patterns": (
        [allow([bucket(f"b{i}/x*") for i in range(10_000)])],
        [allow([bucket(f"b{i}/*") for i in range(10_000)])],
    ),
    "10,000 actions": ([allow("*", [f"s3:Get{i}*" for i in range(10_000)])], [allow("*", "s3:Get*")]),
}


def judge(old: list[Any], new: list[Any]) -> tuple[PairVerdict, float]:
    start = time.process_time()
    verdict = judge_pair(
        {"Version": "2012-10-17", "Statement": old}, {"Version": "2012-10-17", "Statement": new}, PolicyKind.IDENTITY
    )
    return verdict, time.process_time() - start


@pytest.mark.parametrize("name", PAIRS)
def test_it_ends_and_does_not_say_that_nothing_is_new(name: str) -> None:
    verdict, seconds = judge(*PAIRS[name])
    assert verdict.new_access or verdict.may
    assert seconds < SECONDS


def test_equal_policies_cancel_whatever_their_size() -> None:
    statements = [allow([bucket(f"*{i}*{j}?/*") for j in range(10)]) for i in range(1_000)]
    verdict, seconds = judge(statements, statements[::-1])
    assert verdict == PairVerdict(False, False, False, "", None)
    assert seconds < SECONDS
