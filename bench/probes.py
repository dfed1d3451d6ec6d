"""Concrete requests aimed at the edges of a pair of policies: what their patterns name, and one step beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from bench.worlds import ACCOUNT, World
from bot.iam.statement import PolicyKind
from tests.oracles.iam_simulate import Json, Probe

_USERS = ("alice", "bob", "a*", "home")


def random_probes(random: Random, world: World, base: Json, head: Json, count: int) -> list[Probe]:
    """`count` requests; their context holds keys that the policies speak of, or lacks them."""
    spoken = [*_statements(base), *_statements(head)]
    names = {name.lower(): name for name in world.keys}
    keys = {
        names[key.lower()] for statement in spoken for part in statement.get("Condition", {}).values() for key in part
    }
    needed = _needed(spoken)
    aim = _Aim(world, spoken, tuple(sorted({*keys, *needed} - {"aws:username"})), frozenset(needed))
    return [_probe(random, aim) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class _Aim:
    """What requests of one pair are made from; `needed` are keys every request must have."""

    world: World
    statements: Sequence[Json]
    keys: tuple[str, ...]
    needed: frozenset[str]


def _needed(statements: list[Json]) -> set[str]:
    """Keys a request must have for both readings of "a variable cannot be resolved" to agree.

    AWS says only that the whole statement may be invalid then; inside a complement that differs from "matches nothing".
    """
    places = str([[statement.get("Condition"), statement.get("NotResource")] for statement in statements])
    return {key for key in ("aws:username", "aws:PrincipalTag/team") if f"${{{key}}}" in places}


def _probe(random: Random, aim: _Aim) -> Probe:
    """Half of the requests start from one statement, so that more than a few are allowed."""
    world, statement = aim.world, random.choice(aim.statements)
    action = random.choice(_actions(world, statement) if random.random() < 0.6 else list(world.actions))
    caller = random.choice(world.callers)
    context: dict[str, str | list[str]] = {}
    if "aws:username" in aim.needed or random.random() < 0.7:
        context["aws:username"] = random.choice(_USERS)
    for name in aim.keys:
        if name == "aws:PrincipalArn" and world.kind is not PolicyKind.IDENTITY:
            context |= {name: caller} if ":" in caller else {}
            continue
        if (name.startswith("s3:") and action != "s3:ListBucket") or (
            name not in aim.needed and random.random() < 0.25
        ):
            continue
        key = world.keys[name]
        context[name] = random.sample(key.request, random.choice((1, 2, 2))) if key.many else random.choice(key.request)
    patterns = _listed(statement.get("Resource", statement.get("NotResource", [])))
    resource = _resource(random, world.actions[action], patterns, context)
    return Probe(caller, action, resource, ACCOUNT, context)


def _actions(world: World, statement: Json) -> list[str]:
    """The actions a statement speaks of."""
    patterns = [pattern.lower() for pattern in _listed(statement.get("Action", statement.get("NotAction")))]
    named = [name for name in world.actions if any(fnmatchcase(name.lower(), pattern) for pattern in patterns)]
    return named or list(world.actions)


def _resource(random: Random, known: tuple[str, ...], patterns: list[str], context: dict[str, Any]) -> str:
    """An ARN the action can act on: one of the known ones, or an instance of a pattern of the same shape."""
    if known == ("*",) or random.random() < 0.3:
        return random.choice(known)
    service = known[0].split(":")[2]
    pattern = random.choice([pattern for pattern in patterns if pattern.split(":")[2:3] == [service]] or list(known))
    arn = _instance(random, pattern, context)
    return arn if _same_shape(arn, known[0]) else random.choice(known)


def _instance(random: Random, pattern: str, context: dict[str, Any]) -> str:
    segments = pattern.split(":", 5)
    for index, default in ((3, "eu-west-1"), (4, ACCOUNT)):
        if segments[index] == "*":
            segments[index] = default
    text = ":".join(segments)
    team, user = (str(context.get(key, "none")) for key in ("aws:PrincipalTag/team", "aws:username"))
    for variable, value in (
        ("${aws:PrincipalTag/team, 'bob'}", team),
        ("${aws:PrincipalTag/team}", team),
        ("${aws:username}", user),
    ):
        text = text.replace(variable, value)
    return "".join(_filler(random) if char == "*" else random.choice("bxz1") if char == "?" else char for char in text)


def _filler(random: Random) -> str:
    return random.choice(("", "x", "b", "b/x", "admin", "i-1", "t"))


def _same_shape(arn: str, shape: str) -> bool:
    """Whether the ARN is of the type of `shape`: a bucket has no slash, an object has; others keep the type's word."""
    mine, other = arn.split(":", 5)[5], shape.split(":", 5)[5]
    if ":s3:" in shape:
        bucket, slash, name = mine.partition("/")
        return bool(bucket) and ("/" in other) == bool(slash) and (not slash or bool(name))
    for mark in "/:":
        if mark in other:
            return mine.partition(mark)[0] == other.partition(mark)[0] and bool(mine.partition(mark)[2])
    return bool(mine) and "/" not in mine and ":" not in mine


def _statements(policy: Json) -> list[Json]:
    """The statements of a policy and of its boundary."""
    return [*policy["Statement"], *policy.get("Boundary", {"Statement": []})["Statement"]]


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
