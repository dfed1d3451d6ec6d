"""Every request of a small world, tried on some random pairs of policies; `python -m bench.brute_force` tries more."""

from __future__ import annotations

from random import Random

import pytest

from bench.brute_force import changed, problems, random_policy
from bench.small_world import allowed
from bot.iam.statement import PolicyKind

PAIRS = 40


@pytest.mark.parametrize("kind", [PolicyKind.IDENTITY, PolicyKind.RESOURCE])
def test_the_engine_finds_what_trying_finds(kind: PolicyKind) -> None:
    random = Random(5)
    for _ in range(PAIRS):
        base = random_policy(random, kind)
        head = changed(random, base, kind)
        assert list(problems(random, kind, base, head)) == []


def test_the_naive_reading_allows_and_denies() -> None:
    statement = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::home/${aws:username}/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    found = allowed([policy], [{"aws:username": ("bob",)}, {}], ["r"], strict=False)
    assert {place: bits for place, bits in found.items() if bits} == {
        ("r", action, "arn:aws:s3:::home/bob/x"): 1 for action in ("s3:GetObject", "s3:GetZebra")
    }
