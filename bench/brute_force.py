"""The engine against trying every request of a small world (bench/small_world.py), on random pairs of policies.

    python -m bench.brute_force --minutes 20 [--seed 1] [--kind identity|resource|trust]

The new policy is often the old one with one thing changed. Held against the naive reading: whatever it finds newly
allowed (no longer allowed) lies in a gained (lost) or undecided row; it confirms every witness that is a request of
the world's kind. Each disagreement is printed with the policies, made as small as they can be.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

from bench import small_world as world
from bench.engine_checks import policy_set
from bench.shrink import shrink
from bench.small_world import Json
from bot.access_diff.delta import Delta, Row, Witness
from bot.access_diff.diff import EngineDisagreement, compare
from bot.iam.statement import PolicyKind

MAX_CONTEXTS = 100

Context = dict[str, tuple[str, ...]]

ACTIONS = (
    *world.ACTIONS,
    *(
        "*",
        "*:*",
        "s3:*",
        "s3:Get*",
        "s3:GET?BJECT",
        "s3:*Object",
        "s3:G*t*",
        "s3:List*",
        "sqs:*",
        "s*:*",
        "ec2:Describe*",
    ),
)
RESOURCES = (
    *world.OBJECTS,
    *world.BUCKETS,
    *world.QUEUES,
    *(
        "*",
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::b*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::?/*",
        "arn:aws:s3:::b/?",
        "arn:aws:s3:::*/x",
    ),
    *(
        "arn:aws:s3:::b/*/x",
        "arn:aws:s3:::b/a?",
        "arn:aws:s3:::home/${aws:username}/*",
        "arn:aws:s3:::home/${aws:username}/x",
    ),
    *(
        "arn:aws:s3:::home/*",
        "arn:aws:s3:::home/${aws:PrincipalTag/t, 'bob'}/*",
        "arn:aws:s3:::b/${*}",
        "arn:*:s3:::b/x",
    ),
    *("arn:aws:sqs:*:*:*", "arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-*:111122223333:q*", "arn:aws:sqs:*:11112222333?:q"),
)
_STRINGS = tuple(
    f"String{name}" for name in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
)
_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_ARNS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
OPERATORS: dict[str, tuple[tuple[str, ...], tuple[object, ...]]] = {
    "aws:PrincipalTag/t": (
        _STRINGS,
        ("a", "b", "A", "a*", "*", "?", "${aws:username}", "${aws:username}*", "a${*}", "${*}"),
    ),
    "aws:SecureTransport": (("Bool",), (True, False, "true", "False")),
    "aws:SourceIp": (
        ("IpAddress", "NotIpAddress"),
        ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/32"),
    ),
    "s3:max-keys": (tuple(f"Numeric{name}" for name in _ORDERS), (5, "5.0", "5.5", "4")),
    "aws:CurrentTime": (tuple(f"Date{name}" for name in _ORDERS), ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")),
    "aws:TagKeys": (
        tuple(f"{one}:{name}" for one in ("ForAllValues", "ForAnyValue") for name in _STRINGS),
        ("a", "b", "a*", "A", "c"),
    ),
    "aws:SourceArn": ((*_ARNS, "StringLike"), ("arn:aws:sns:*:1:*", "arn:aws:sns:eu-west-1:?:t", "arn:aws:s?s:*:1:t*")),
}
CALLER: dict[str, tuple[tuple[str, ...], tuple[object, ...]]] = {
    "aws:PrincipalArn": (
        (*_ARNS, "StringEquals", "StringNotLike"),
        (world.ROLE, world.USER, world.FOREIGN, "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:*"),
    ),
    "aws:PrincipalAccount": (("StringEquals", "StringNotEquals", "StringLike"), ("111122223333", "444455556666", "1*")),
}
PEOPLE: tuple[object, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": "111122223333"},
    {"AWS": "arn:aws:iam::111122223333:root"},
    {"AWS": world.ROLE},
    {"AWS": [world.ROLE, world.FOREIGN]},
    {"AWS": world.USER, "Service": "sns.amazonaws.com"},
    {"Service": "sns.amazonaws.com"},
)


def random_policy(random: Random, kind: PolicyKind) -> Json:
    """A policy of one to four statements."""
    version = {} if random.random() < 0.07 else {"Version": "2012-10-17"}
    return {**version, "Statement": [random_statement(random, kind) for _ in range(random.choice((1, 2, 2, 3, 4)))]}


def random_statement(random: Random, kind: PolicyKind) -> Json:
    """A statement out of few words."""
    statement: Json = {"Effect": random.choice(("Allow", "Allow", "Deny"))}
    if kind is not PolicyKind.IDENTITY:
        statement[random.choice(("Principal",) * 7 + ("NotPrincipal",))] = random.choice(PEOPLE)
    statement[random.choice(("Action",) * 5 + ("NotAction",))] = _some(random, ACTIONS)
    statement[random.choice(("Resource",) * 5 + ("NotResource",))] = _some(random, RESOURCES)
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        operator, key, values = _condition(random, kind)
        statement.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return statement


def _some(random: Random, words: tuple[str, ...]) -> object:
    found = random.sample(words, random.choice((1, 1, 2, 3)))
    return found[0] if len(found) == 1 else found


def _condition(random: Random, kind: PolicyKind) -> tuple[str, str, object]:
    keys = OPERATORS if kind is PolicyKind.IDENTITY else {**OPERATORS, **CALLER}
    key = random.choice(tuple(keys))
    operators, values = keys[key]
    if random.random() < 0.1 and key != "aws:CurrentTime":
        return "Null", key, random.choice(("true", "false", True))
    operator = random.choice(operators) + random.choice(("", "", "", "IfExists"))
    some = random.sample(values, random.choice((1, 1, 2)))
    return operator, random.choice((key, key.lower())), some[0] if len(some) == 1 else some


def changed(random: Random, policy: Json, kind: PolicyKind) -> Json:
    """The policy with one to three things changed."""
    policy = copy.deepcopy(policy)
    for _ in range(random.choice((1, 1, 2, 3))):
        statements = policy["Statement"]
        other = random_statement(random, kind)
        change = random.random()
        if change < 0.2 or not statements:
            statements.insert(random.randrange(len(statements) + 1), other)
        elif change < 0.3:
            statements.pop(random.randrange(len(statements)))
        else:
            _replace(random, random.choice(statements), other)
    return policy


def _replace(random: Random, statement: Json, other: Json) -> None:
    """Take one element from another statement."""
    pairs = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"), ("Condition",))
    names = random.choice(pairs)
    for name in names:
        statement.pop(name, None)
    statement.update({name: other[name] for name in names if name in other})


def contexts_of(random: Random, *policies: Json) -> list[Context]:
    """Contexts of the keys the policies name: all of them, or a part if that is too many."""
    text = json.dumps(policies).lower()
    keys = [key for key in world.VALUES if key in text]
    every: Iterable[tuple[tuple[str, ...], ...]] = itertools.product(*(world.VALUES[key] for key in keys))
    size = 1
    for key in keys:
        size *= len(world.VALUES[key])
    if size > MAX_CONTEXTS:
        every = iter([tuple(random.choice(world.VALUES[key]) for key in keys) for _ in range(MAX_CONTEXTS)])
    return [dict(zip(keys, values, strict=True)) for values in every]


def _of_caller(caller: str) -> Context:
    if world.PRINCIPALS[caller] != "AWS":
        return {}
    return {"aws:principalarn": (caller,), "aws:principalaccount": (caller.split(":")[4],)}


def allowed(policy: Json, kind: PolicyKind, contexts: list[Context], *, strict: bool = False) -> world.Allowed:
    """What the naive reading allows, over all callers."""
    documents = [policy, *([policy["Boundary"]] if "Boundary" in policy else [])]
    found: world.Allowed = {}
    if kind is not PolicyKind.IDENTITY and "aws:principala" not in json.dumps(policy).lower():
        return world.allowed(documents, contexts, list(world.PRINCIPALS), strict=strict)
    for caller in [world.ROLE] if kind is PolicyKind.IDENTITY else list(world.PRINCIPALS):
        own = {} if kind is PolicyKind.IDENTITY else _of_caller(caller)
        found |= world.allowed(documents, [{**context, **own} for context in contexts], [caller], strict=strict)
    return found


def newly(kind: PolicyKind, base: Json, head: Json, contexts: list[Context]) -> world.Allowed:
    """What head allows and base does not, by both readings of variables without a value."""
    found: list[world.Allowed] = []
    for strict in (False, True) if "${" in json.dumps((base, head)) else (False,):
        before, after = (allowed(policy, kind, contexts, strict=strict) for policy in (base, head))
        found.append({place: bits & ~before.get(place, 0) for place, bits in after.items()})
    return {place: bits & found[-1].get(place, 0) for place, bits in found[0].items()}


def problems(random: Random, kind: PolicyKind, base: Json, head: Json) -> Iterator[tuple[str, str]]:
    """What the engine says otherwise: kind and detail."""
    try:
        delta = compare(policy_set(base, kind), policy_set(head, kind), world.ROLE, strict=True)
    except EngineDisagreement as reason:
        yield "unconfirmed", str(reason)[:200]
        return
    COUNTS["gained" if delta.gained else "undecided" if delta.undecided else "nothing"] += 1
    contexts = contexts_of(random, base, head)
    yield from _missed(
        "gain", newly(kind, base, head, contexts), contexts, (*_rows(delta, "gained"), *_rows(delta, "undecided"))
    )
    yield from _missed(
        "loss", newly(kind, head, base, contexts), contexts, (*_rows(delta, "lost"), *_rows(delta, "undecided"))
    )
    for change in delta.gained:
        assert change.witness is not None
        yield from _wrong_witness(kind, base, head, change.witness)


COUNTS: Counter[str] = Counter()


def _rows(delta: Delta, which: str) -> tuple[Row, ...]:
    return tuple(change.row for change in getattr(delta, which))


def _missed(what: str, new: world.Allowed, contexts: list[Context], rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    COUNTS["requests"] += len(contexts) * sum(map(len, world.ACTIONS.values()))
    for place, bits in new.items():
        if bits and not any(_in_row(row, place[1], place[2]) for row in rows):
            yield f"missed {what}", f"{place} in {contexts[(bits & -bits).bit_length() - 1]}; {len(rows)} rows"
            return


def _in_row(row: Row, action: str, resource: str) -> bool:
    def one_of(patterns: tuple[str, ...], text: str, *, loose: bool) -> bool:
        return any(world.like(_open(pattern, loose=loose), text) for pattern in patterns)

    named = one_of(tuple(map(str.lower, row.actions)), action.lower(), loose=True) and one_of(
        row.resources, resource, loose=True
    )
    left_out = one_of(tuple(map(str.lower, row.except_actions)), action.lower(), loose=False)
    return named and not left_out and not one_of(row.except_resources, resource, loose=False)


def _open(pattern: str, *, loose: bool) -> str:
    """A row's pattern with its variables as anything, or as nothing."""
    if loose:
        pattern = pattern.replace("${?}", "?").replace("${$}", "$")
    return world._VARIABLE.sub("*" if loose else "\0", pattern)


def _wrong_witness(kind: PolicyKind, base: Json, head: Json, witness: Witness) -> Iterator[tuple[str, str]]:
    caller = world.ROLE if kind is PolicyKind.IDENTITY else witness.principal
    world.PRINCIPALS.setdefault(caller, "AWS" if caller.startswith("arn:") else "Service")
    kept, world.ACTIONS = world.ACTIONS, {witness.action: (witness.resource,)}
    answers = []
    for strict in (False, True):
        for policy in (base, head):
            documents = [policy, *([policy["Boundary"]] if "Boundary" in policy else [])]
            answers.append(any(world.allowed(documents, [dict(witness.context)], [caller], strict=strict).values()))
    world.ACTIONS = kept
    if answers != [False, True] * 2:
        yield "witness", f"{answers}: {witness}"


def smallest(kind: PolicyKind, base: Json, head: Json, problem: str) -> tuple[Json, Json]:
    """The smallest pair that shows the same problem."""

    def fails(one: Json, other: Json) -> bool:
        try:
            return any(found == problem for found, _ in problems(Random(1), kind, one, other))
        except (KeyError, AttributeError, IndexError):
            return False

    return shrink(base, head, fails)


def main() -> int:
    """Run for some minutes; 1 if there is a disagreement."""
    options = _options()
    random, kind = Random(options.seed), PolicyKind(options.kind)
    until, pairs, found = time.monotonic() + options.minutes * 60, 0, Counter[str]()
    while time.monotonic() < until:
        pairs += 1
        base = random_policy(random, kind)
        head = changed(random, base, kind) if random.random() < 0.8 else random_policy(random, kind)
        if kind is PolicyKind.IDENTITY and random.random() < 0.15:
            base["Boundary"] = random_policy(random, kind)
            head["Boundary"] = changed(random, base["Boundary"], kind)
        for problem, detail in problems(random, kind, base, head):
            found[problem] += 1
            if found[problem] <= options.show:
                small = smallest(kind, base, head, problem)
                detail = next((d for found_, d in problems(Random(1), kind, *small) if found_ == problem), detail)
                print(f"{problem}: {detail}\n  {json.dumps(small[0])}\n  {json.dumps(small[1])}", flush=True)
    print(f"{kind}: {pairs:,} pairs, {COUNTS['requests']:,} requests; {dict(COUNTS)}")
    print(f"disagreements: {dict(found) or 'none'}")
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=("identity", "resource"), default="identity")
    parser.add_argument("--show", type=int, default=5, help="disagreements of each kind to print")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
