"""Every policy that a type of the AWS provider takes is read by a row, or stands in a list with what it is.

The table holds outermost arguments: a document further inside is found by its shape alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.resource_types.known import RESOURCE_TYPES
from bot.type_registry import registry
from bot.type_registry.type_facts import TypeClass, TypeFacts
from tests.places import TESTS
from tests.yaml_files import read_yaml

GROUPS: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "type_registry" / "unread_policies.yaml").read_text())
LISTED = [name for group in GROUPS for name in group["of"]]

REFERENCES = frozenset({"arn", "arns", "id", "ids", "name", "names", "type"})
"""Last words of arguments that name a policy elsewhere, or say of which kind one is."""

TOLD = (
    "the table of types has policies that neither a row of bot/resource_types reads nor "
    "tests/cases/type_registry/unread_policies.yaml says what they are"
)


def test_every_policy_is_read_or_listed() -> None:
    unread = {name for facts in registry.every_type() for name in _unread(facts)}
    assert not unread - set(LISTED), TOLD
    assert not set(LISTED) - unread, "listed, and read by a row or gone from the table"


def test_each_is_listed_once_with_a_reason() -> None:
    assert not [name for name, times in Counter(LISTED).items() if times > 1]
    assert all(group["why"] and group["of"] for group in GROUPS)


def test_a_new_policy_is_told() -> None:
    made = TypeFacts("aws_new_thing", "managed", TypeClass.UNKNOWN, frozenset({"policy_arn", "access_policy", "role"}))
    assert list(_unread(made)) == ["aws_new_thing.access_policy"]
    assert list(_unread(TypeFacts("aws_new_policy", "managed", TypeClass.UNKNOWN, frozenset({"content"})))) == [
        "aws_new_policy"
    ]


def _unread(facts: TypeFacts) -> Iterator[str]:
    """The policies of a type that no row reads: `type.argument`, or the type if its own name alone speaks of one."""
    row = RESOURCE_TYPES.get(facts.name)
    if facts.mode != "managed" or not facts.name.startswith("aws_") or (row is not None and row.reading is not None):
        return
    read = row.policy.policy if row is not None and row.policy is not None else ""
    found = sorted(name for name in facts.carries if name != read and _is_policy(name))
    yield from (f"{facts.name}.{name}" for name in found)
    if not (found or read or facts.type_class is TypeClass.IRRELEVANT) and facts.name.endswith("_policy"):
        yield facts.name


def _is_policy(argument: str) -> bool:
    words = argument.split("_")
    return not REFERENCES.intersection(words[-1:]) and not {"policy", "policies"}.isdisjoint(words)
