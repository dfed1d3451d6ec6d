"""Every policy of a root module as Terraform would render it: the work of `iam-review render`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Array, Hole, JsonScalar, Node, Object, Symbol, Text
from bot.evaluated.policy_text import policy_node
from bot.evaluated.value import NullValue, Value
from bot.extract.extraction import documents
from bot.extract.facts import Document
from bot.frozen import dataclass
from bot.iam.policy import parse_policy
from bot.iam.statement import PolicyKind

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_ATTRIBUTE = {PolicyKind.TRUST: "assume_role_policy"}


@dataclass(frozen=True, slots=True)
class RenderedPolicy:
    """A document with what is unknown printed as `${symbol}`; `gaps` say what of it could not be read."""

    document: Json
    complete: bool
    gaps: tuple[str, ...]


def rendered(config: EvaluatedConfig) -> dict[str, RenderedPolicy]:
    """The policies by address; where a resource has several, by address and argument."""
    return {address: _policy(value, kind) for address, value, kind in _named(config)}


def _named(config: EvaluatedConfig) -> Iterator[tuple[str, Value, PolicyKind]]:
    for instance in config.resources:
        if instance.mode == "data" and (value := _document_of(instance)) is not None:
            yield instance.address, value, PolicyKind.RESOURCE
    found = documents(config)
    of_resource = Counter(document.policy for document in found)
    for number, document in enumerate(found):
        address = document.policy
        if of_resource[address] > 1:
            address = f"{address}.{_ATTRIBUTE.get(document.kind, f'inline_policy[{_earlier(found, number)}]')}"
        yield address, document.value, document.kind


def _earlier(documents: tuple[Document, ...], number: int) -> int:
    """How many documents of the same resource and kind come before this one."""
    this = documents[number]
    return sum(one.policy == this.policy and one.kind == this.kind for one in documents[:number])


def _document_of(instance: ResourceInstance) -> Value | None:
    if instance.type != "aws_iam_policy_document":
        return None
    value = instance.attribute("json")
    return None if value is None or isinstance(value, NullValue) else value


def _policy(value: Value, kind: PolicyKind) -> RenderedPolicy:
    node = policy_node(value)
    problems = dict.fromkeys(
        _problem(problem.diagnostic.reason, problem.trail) for problem in parse_policy(node, kind).problems
    )
    holes = tuple(problems)
    return RenderedPolicy(_json(node), not holes, holes)


def _problem(reason: str, trail: Trail) -> str:
    return f"{trail[0].span}: {reason}" if trail else reason


def _json(node: Node) -> Json:
    match node:
        case JsonScalar(value):
            return value
        case Text():
            return str(node)
        case Array(items):
            return [_json(item) for item in items]
        case Object(members):
            return {str(member.key): _json(member.value) for member in members}
        case Hole(Symbol() as symbol):
            return str(symbol)
