"""What must hold for any policies; ten times as many are tried with `--hypothesis-profile soak`."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access_diff.delta import Delta, PolicySet, Witness
from bot.access_diff.diff import compare
from bot.iam.evaluator import is_allowed
from bot.iam.request import Request
from bot.iam.statement import PolicyKind
from tests.access_diff.random_policies import POLICIES, policy_set

Statements = list[dict[str, Any]]
MANY = settings(max_examples=settings().max_examples * 2 // 5, deadline=None)


def delta(old: Statements, new: Statements) -> Delta:
    return compare(policy_set(old), policy_set(new), strict=True)


def allowed(statements: Statements, witness: Witness) -> bool:
    policy: PolicySet = policy_set(statements)
    request = Request(witness.principal, witness.action, witness.resource, dict(witness.context))
    return is_allowed(policy.statements, policy.limits, request)


@MANY
@given(POLICIES)
def test_nothing_differs_from_itself(policy: Statements) -> None:
    assert delta(policy, policy) == Delta()


@MANY
@given(POLICIES, POLICIES)
def test_more_allows_gain_or_change_nothing_and_lose_nothing(policy: Statements, more: Statements) -> None:
    allows = [statement for statement in more if statement["Effect"] == "Allow"]
    found = delta(policy, policy + allows)
    assert not found.lost
    assert not found.undecided


@MANY
@given(POLICIES, POLICIES)
def test_every_witness_is_denied_before_and_allowed_after(old: Statements, new: Statements) -> None:
    for change in delta(old, new).gained:
        assert change.witness is not None
        assert allowed(new, change.witness)
        assert not allowed(old, change.witness)


@MANY
@given(POLICIES, POLICIES, st.randoms(use_true_random=False))
def test_order_spelling_and_sids_do_not_matter(old: Statements, new: Statements, chance: random.Random) -> None:
    plain, other = delta(old, new), delta(old, respelled(new, chance))
    assert bool(plain.gained) == bool(other.gained)
    assert bool(plain.lost) == bool(other.lost)
    assert not delta(new, respelled(new, chance)).gained


def respelled(policy: Statements, chance: random.Random) -> Statements:
    changed = []
    for number, statement in enumerate(policy):
        one: dict[str, Any] = {"Sid": f"S{number}"}
        for element, value in statement.items():
            items = list(value) if isinstance(value, list) else value
            if isinstance(items, list):
                chance.shuffle(items)
                items = [item.upper() for item in items] if element.endswith("Action") else items
                items = items[0] if len(items) == 1 else items
            one[element] = items
        changed.append(one)
    chance.shuffle(changed)
    return changed


@MANY
@given(POLICIES, POLICIES, POLICIES)
def test_what_is_gained_in_one_step_is_gained_in_one_of_two(a: Statements, b: Statements, c: Statements) -> None:
    if not delta(a, b).gained and not delta(b, c).gained:
        assert not delta(a, c).gained


@MANY
@given(POLICIES, POLICIES, st.integers(0, 10**6))
def test_no_request_is_new_where_nothing_is_said_to_be(old: Statements, new: Statements, seed: int) -> None:
    found = delta(old, new)
    if found.gained or found.undecided:
        return
    for witness in requests(seed):
        assert not (allowed(new, witness) and not allowed(old, witness)), witness


def requests(seed: int) -> list[Witness]:
    chance = random.Random(seed)
    return [request(chance) for _ in range(60)]


def request(chance: random.Random) -> Witness:
    action, resources = chance.choice(
        (
            ("s3:GetObject", ("arn:aws:s3:::b/x", "arn:aws:s3:::b/long", "arn:aws:s3:::c/x", "arn:aws:s3:::c/y")),
            ("s3:PutObject", ("arn:aws:s3:::b/x", "arn:aws:s3:::b/y", "arn:aws:s3:::c/x")),
            ("s3:ListBucket", ("arn:aws:s3:::b", "arn:aws:s3:::c")),
            ("sqs:SendMessage", ("arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:sqs:us-east-1:1:q")),
            ("ec2:DescribeInstances", ("*",)),
        )
    )
    context = {key: chance.choice(values) for key, values in _VALUES.items() if chance.random() < 0.6}
    return Witness("p", action, chance.choice(resources), tuple(context.items()))


_VALUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws:principaltag/t": (("a",), ("A",), ("ab",), ("b",), ("c",)),
    "aws:securetransport": (("true",), ("false",)),
    "aws:sourceip": (("10.1.2.3",), ("10.200.0.1",), ("10.2.0.0",), ("192.0.2.1",), ("2001:db8::1",)),
    "s3:max-keys": (("4",), ("5",), ("6",)),
    "aws:tagkeys": (("a",), ("a", "b"), ("b", "c"), ("c",)),
}


def test_the_principal_is_named_in_witnesses() -> None:
    found = compare(
        PolicySet(PolicyKind.IDENTITY, ()),
        policy_set([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]),
        "app",
    )
    assert found.gained[0].witness == Witness("app", "s3:GetObject", "arn:aws:s3:::example/example")
