"""What a call of an unread module leaves unseen: the module itself, the arguments nobody here understands, what stands
beside policies in the others, and which of the module's roles a policy goes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.mentions import inside, plain
from bot.evaluated.value import Choice, ListValue, NullValue, ObjectValue, StringValue, Value
from bot.extract.argument_reading import header
from bot.extract.extracted import ExtractionGap, UnseenModule
from bot.extract.managed_arns import by_arn
from bot.extract.policy_shapes import is_policy, statements_of
from bot.extract.reference import role_part
from bot.extract.remote_statements import statements_in
from bot.extract.remote_table import Meaning, meaning_of, row_of
from bot.late_pattern import late_pattern

Place = tuple[str, ...]
"""Where a call has policies: whose they are of those that are told apart, the way to it, and the words that tell a role
of the module from its others."""

_OF_ANY_ROLE = frozenset({
    "additional", "arn", "arns", "attach", "attachment", "attachments", "aws", "custom", "document", "documents",
    "exec", "execution", "extra", "iam", "inline", "json", "jsons", "managed", "name", "names", "override",
    "permissions", "policies", "policy", "role", "roles", "source", "statement", "statements",
})  # fmt: skip
"""Words in names of policies' arguments that do not say which role of the module they are of."""


def unread(instance: ResourceInstance, understood: Iterable[Value]) -> ExtractionGap:
    """The gap of a module that is not in the repository.

    A change of it is a change of any line of the call (another version, say) except of the arguments
    that are `understood`: those are judged by themselves.
    """
    read = frozenset(line for value in understood for line in _lines(value, instance.span))
    why = f": {instance.unfetched}" if instance.unfetched else ""
    reason = f"module {instance.type} is not in the repository{why}"
    return ExtractionGap(
        Diagnostic.of(DiagnosticKind.REMOTE_MODULE, reason, header(instance).span),
        address=instance.address,
        unread=UnseenModule(instance.type),
        inputs=tuple(_runs(instance.span, read)),
    )


def _lines(value: Value, block: Span) -> Iterator[int]:
    """The lines inside `block` on which a value is written."""
    for span in spans_of(value):
        inside = span.file == block.file and block.line < span.line and span.end_line < block.end_line
        if inside:
            yield from range(span.line, span.end_line + 1)


def spans_of(value: Value) -> Iterator[Span]:
    """The places on which a value, and what it is made of, is written."""
    trails = [value.trail, *(part.trail for part in value.parts)] if isinstance(value, StringValue) else [value.trail]
    yield from (step.span for trail in trails for step in trail)
    for inner in _within(value):
        yield from spans_of(inner)


def _within(value: Value) -> Iterator[Value]:
    match value:
        case ListValue():
            yield from value.items
        case ObjectValue():
            yield from (item for _, item in value.entries)
        case Choice():
            yield from (alternative.value for alternative in value.alternatives)
        case StringValue() if value.encoded is not None:
            yield value.encoded


def _runs(block: Span, read: frozenset[int]) -> Iterator[Span]:
    """The block without the lines that were read, as spans."""
    start = None
    for line in range(block.line, block.end_line + 2):
        outside = line > block.end_line or line in read
        if outside and start is not None:
            yield Span(block.file, start, 1, line - 1, 1)
            start = None
        elif not outside and start is None:
            start = line


def says_more(old: ResourceInstance, new: ResourceInstance, name: str, is_inert: Callable[[str], bool]) -> bool:
    """Whether something else differs in what is read for the policies in it, or these go to another role.

    Names that are inert say nothing of access.
    """
    meant = meaning_of(row_of(new.type), name)
    if meant is not None and meant.meaning not in _POLICIES:
        return False
    values = [one.attributes.get(name) for one in (old, new)]
    if any(_is_table(value, 1 if meant is None else 2) for value in values):
        before, after = (_beside(name, value, is_inert) for value in values)
        if before != after:
            return True
    return _goes_to_another_role(old, new, name)


def _is_table(value: Value | None, depth: int) -> bool:
    """Whether lists or maps are in it, one in another so many times."""
    if isinstance(value, Choice):
        return any(_is_table(way, depth) for way in _within(value))
    if not isinstance(value, ListValue | ObjectValue):
        return False
    return depth == 1 or any(_is_table(inner, depth - 1) for inner in _within(value))


def _beside(name: str, value: Value | None, is_inert: Callable[[str], bool]) -> Hashable:
    """What an argument says besides policies, as something that equals another if both say the same."""
    if value is None or is_inert(name) or _holds_policies(name, value):
        return None
    if isinstance(value, Choice):
        return tuple((way.guard, _beside(name, way.value, is_inert)) for way in value.alternatives)
    if isinstance(value, ListValue):
        return tuple(_beside_each((("", item) for item in value.items), is_inert))
    if isinstance(value, ObjectValue):
        return tuple(_beside_each(value.entries, is_inert))
    return None if isinstance(value, NullValue) else plain(value)


def _beside_each(some: Iterable[tuple[str, Value]], is_inert: Callable[[str], bool]) -> Iterator[Hashable]:
    said = ((str(key), _beside(str(key), one, is_inert)) for key, one in some)
    yield from (each for each in said if each[1] is not None)


_POLICIES = (Meaning.POLICIES, Meaning.BOUNDARY)


def _is_of_policies(name: str) -> bool:
    meant = meaning_of(None, name)
    return meant is not None and meant.meaning in _POLICIES


def _holds_policies(name: str, value: Value) -> bool:
    """Whether a value is a policy, or has nothing but policies under a name that says so."""
    if is_policy(value) or statements_in(value, "") is not None:
        return True
    texts = (one for one in inside(value) if isinstance(one, StringValue))
    return _is_of_policies(name) and all(_is_called_policy(one) or is_policy(one) for one in texts)


def _is_called_policy(value: StringValue) -> bool:
    return any("policy" in str(piece) for piece in value.pieces) or by_arn(value) is not value


def _goes_to_another_role(old: ResourceInstance, new: ResourceInstance, name: str) -> bool:
    """Whether an argument has a policy where it had it not, and another role of the module may have had as much.

    All that a module's roles hold is compared as one principal's: what is more than all of them had is told. Looked for
    are statements and policies that another one had, and any where another one had all that there is.
    """
    before, after = ({place: frozenset(held) for place, held in _by_place(call).items()} for call in (old, new))
    there = {place for place, _ in _places_in(new, name)}
    return any(_had(after[place] - before.get(place, frozenset()), place, before) for place in there)


def _had(gained: frozenset[Hashable], place: Place, before: Mapping[Place, frozenset[Hashable]]) -> bool:
    """Whether another role had some of these, or all that there is."""
    others = frozenset().union(*(held for other, held in before.items() if other != place and other[0] == place[0]))
    return bool(gained) and (not gained.isdisjoint(others) or any(_ALL.search(str(one)) for one in others))


_ALL = late_pattern(r"policy/(?:AdministratorAccess|PowerUserAccess)\b")


def _by_place(call: ResourceInstance) -> Mapping[Place, set[Hashable]]:
    found: dict[Place, set[Hashable]] = {}
    for name, _ in call.attributes.entries:
        for place, policy in _places_in(call, str(name)):
            found.setdefault(place, set()).add(policy)
    return found


def _places_in(call: ResourceInstance, name: str) -> Iterator[tuple[Place, Hashable]]:
    value = call.attributes.get(name)
    return iter(()) if value is None else _policies_in(call, value, (), name)


def _policies_in(call: ResourceInstance, value: Value, way: Place, name: str) -> Iterator[tuple[Place, Hashable]]:
    """The policies in a value, each statement of a text by itself, with where they are."""
    of_policies = _is_of_policies(name)
    if isinstance(value, StringValue):
        part = role_part(call, name)
        place = (part, *way, *(() if part else _words(name)))
        yield from ((place, policy) for policy in _held(value, of_policies=of_policies))
    elif isinstance(value, ObjectValue | ListValue | Choice):
        of_one = of_policies or isinstance(value, Choice)  # who has them is said above
        for key, inner in _named(value):
            yield from _policies_in(call, inner, way if of_one else (*way, name), name if of_one else key)


def _held(value: StringValue, *, of_policies: bool) -> Iterator[Hashable]:
    if is_policy(value):
        yield from map(plain, statements_of(value))
    elif of_policies and _is_called_policy(value):
        yield plain(by_arn(value))


def _named(value: ObjectValue | ListValue | Choice) -> Iterator[tuple[str, Value]]:
    if isinstance(value, ObjectValue):
        return ((str(key), one) for key, one in value.entries)
    return ((f"[{position}]", one) for position, one in enumerate(_within(value)))


def _words(name: str) -> Iterator[str]:
    """The words of an argument's name that say which role it is of."""
    words = re.split(r"[_-]", name)
    yield from (word for word in words if word not in _OF_ANY_ROLE) if _is_of_policies(name) else (name,)
