"""Random policies and pairs of them, aimed at the edges of IAM's grammar."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from random import Random
from typing import Any

from bench.worlds import World
from tests.oracles.iam_simulate import Json


def random_pair(random: Random, world: World) -> tuple[Json, Json]:
    """A base and a head: mostly the head is the base with a few edits, sometimes another policy, sometimes reversed."""
    base = random_policy(random, world)
    head = copy.deepcopy(base)
    if random.random() < 0.15:
        head = random_policy(random, world)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        _edit(random, world, random.choice([head, head["Boundary"]]) if world.bounded else head)
    for policy in (base, head):
        _choose_version(random, policy)
    return (base, head) if random.random() < 0.5 else (head, base)


def random_policy(random: Random, world: World) -> Json:
    """A policy, in a bounded world with its boundary."""
    policy = _document(random, world)
    if not world.bounded:
        return policy
    boundary = _document(random, world)
    if random.random() < 0.6:
        boundary["Statement"].append({"Effect": "Allow", "Action": "*", "Resource": "*"})
    return {**policy, "Boundary": boundary}


def _choose_version(random: Random, policy: Json) -> None:
    """Sometimes an old version or none; not where variables would be text, which the simulator does not know."""
    if random.random() < 0.1 and "${" not in str(policy):
        policy["Version"] = "2008-10-17"
        if random.random() < 0.5:
            del policy["Version"]


def _document(random: Random, world: World) -> Json:
    """One to four statements, at least one of them an Allow."""
    statements = [_statement(random, world) for _ in range(random.choice((1, 1, 2, 2, 3, 4)))]
    statements[0]["Effect"] = "Allow"
    random.shuffle(statements)
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(random: Random, world: World) -> Json:
    statement: Json = {"Effect": "Deny" if random.random() < 0.3 else "Allow"}
    statement["NotAction" if random.random() < 0.15 else "Action"] = _some(random, world.action_patterns)
    if world.resource_patterns:
        statement["NotResource" if random.random() < 0.15 else "Resource"] = _some(random, world.resource_patterns)
    if world.principals:
        statement["NotPrincipal" if random.random() < 0.1 else "Principal"] = _principals(random, world)
    if random.random() < 0.55:
        statement["Condition"] = _conditions(random, world)
    return statement


def _principals(random: Random, world: World) -> Any:
    chosen = random.sample(world.principals, random.choice((1, 1, 2)))
    if ("*", "*") in chosen:
        return "*"
    entries: dict[str, list[str]] = {}
    for kind, identifier in chosen:
        entries.setdefault(kind, []).append(identifier)
    return {kind: names[0] if len(names) == 1 else names for kind, names in entries.items()}


def _conditions(random: Random, world: World) -> Json:
    conditions: Json = {}
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        operator, key, values = _condition(random, world)
        conditions.setdefault(operator, {})[key] = values
    return conditions


def _condition(random: Random, world: World) -> tuple[str, str, Any]:
    name, key = random.choice(list(world.keys.items()))
    spelled = name if random.random() < 0.8 else random.choice((name.lower(), name.upper().replace("TEAM", "team")))
    if random.random() < 0.1:
        return "Null", spelled, random.choice(("true", "false"))
    operator = random.choice(key.operators)
    if not key.many and random.random() < 0.3:
        operator += "IfExists"
    if "Date" in operator or "Numeric" in operator or operator.startswith("Bool"):
        return operator, spelled, random.choice(key.policy)
    return operator, spelled, _some(random, key.policy)


def _some(random: Random, values: Sequence[str]) -> Any:
    chosen = random.sample(values, random.choice((1, 1, 1, 2, 2, 3)))
    chosen = list(dict.fromkeys(chosen))
    return chosen[0] if len(chosen) == 1 and random.random() < 0.5 else chosen


def _edit(random: Random, world: World, policy: Json) -> None:
    """One edit such as a person makes: an item, a condition, a statement, the effect, a Not."""
    statements: list[Json] = policy["Statement"]
    statement = random.choice(statements)
    kind = random.choice(
        ("item", "item", "item", "condition", "condition", "statement", "effect", "not", "order", "principal")
    )
    if kind == "item":
        _edit_items(random, world, statement)
    elif kind == "condition":
        _edit_condition(random, world, statement)
    elif kind == "statement":
        _edit_statements(random, world, statements)
    elif kind == "effect":
        statement["Effect"] = random.choice(("Allow", "Deny"))
    elif kind == "not":
        name = random.choice([name for name in ("Action", "NotAction", "Resource", "NotResource") if name in statement])
        statement[name.removeprefix("Not") if name.startswith("Not") else f"Not{name}"] = statement.pop(name)
    elif kind == "principal" and world.principals:
        statement["NotPrincipal" if "NotPrincipal" in statement else "Principal"] = _principals(random, world)
    else:
        random.shuffle(statements)


def _edit_items(random: Random, world: World, statement: Json) -> None:
    name = random.choice([name for name in statement if name.endswith(("Action", "Resource"))])
    vocabulary = world.action_patterns if name.endswith("Action") else world.resource_patterns
    items = statement[name] if isinstance(statement[name], list) else [statement[name]]
    change = random.choice(("add", "drop", "swap"))
    if change == "drop" and len(items) > 1:
        items = random.sample(items, len(items) - 1)
    elif change == "add":
        items = [*items, random.choice(vocabulary)]
    else:
        items = [*items[:-1], random.choice(vocabulary)]
    statement[name] = items


def _edit_condition(random: Random, world: World, statement: Json) -> None:
    conditions = statement.setdefault("Condition", {})
    if conditions and random.random() < 0.5:
        operator = random.choice(list(conditions))
        key = random.choice(list(conditions[operator]))
        del conditions[operator][key]
        if not conditions[operator]:
            del conditions[operator]
    else:
        operator, key, values = _condition(random, world)
        conditions.setdefault(operator, {})[key] = values
    if not conditions:
        del statement["Condition"]


def _edit_statements(random: Random, world: World, statements: list[Json]) -> None:
    if len(statements) > 1 and random.random() < 0.5:
        statements.remove(random.choice(statements))
    else:
        statements.append(_statement(random, world))
