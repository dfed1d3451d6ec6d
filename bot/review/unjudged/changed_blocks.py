"""The blocks of both sides that evaluate otherwise, in pairs, and what differs inside their arguments."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import looked_up_by, symbols_in
from bot.evaluated.diagnostic import Side
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard, implied
from bot.evaluated.mentions import differing, differing_arguments, plain, spans
from bot.evaluated.moved_guards import guards_at_head
from bot.evaluated.redefinition import Place
from bot.evaluated.thing import Names
from bot.evaluated.value import NullValue, NumberValue, Value
from bot.extract.argument_reading import entry_of, present
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

PROVISIONER = "provisioner"
"""Stands for an argument with what Terraform runs when it makes or destroys a block."""

_ASKED = ("managed", "module")

IsAsked = Callable[[Place], bool]
"""Whether what comes of a place is asked about."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One block on both sides, None where it is not there, and the outermost arguments that evaluate otherwise.

    `exists_otherwise` if it is there in cases in which it was not. `taken_up` are arguments that Terraform left as they
    were, and does not any more: what they were is not known.
    """

    old: ResourceInstance | None
    new: ResourceInstance | None
    arguments: tuple[str, ...]
    exists_otherwise: bool = False
    taken_up: frozenset[str] = frozenset()

    @property
    def is_one_sided(self) -> bool:
        """Whether the block is new, or gone."""
        return self.old is None or self.new is None

    @property
    def is_new(self) -> bool:
        """Whether only the head has the block, or it is asked of as if it were so."""
        return self.old is None

    @property
    def is_gone(self) -> bool:
        """Whether the head has the block in no case."""
        return self.new is None and self.exists_otherwise

    @property
    def as_if_new(self) -> Pair:
        """The head's block alone: what it says may be in force where it was not."""
        return Pair(None, self.new, _names(self.some), True)

    def values(self, name: str) -> tuple[Value | None, Value | None]:
        """What base and head write for an argument; None where it is not written."""
        old, new = (None if one is None else written(one, name) for one in (self.old, self.new))
        return old, new

    @property
    def some(self) -> ResourceInstance:
        """The head's, or what there was."""
        some = self.new or self.old
        assert some is not None
        return some

    @property
    def asked(self) -> Pair:
        """What is asked of: of a block that is there in other cases, all that it says."""
        return self.as_if_new if self.exists_otherwise and not self.is_one_sided else self

    @property
    def names(self) -> tuple[str, ...]:
        """The arguments that are asked of; "" for whether the block is there."""
        return tuple(dict.fromkeys((*self.asked.arguments, *self.arguments))) or ("",)

    def places(self, name: str) -> Iterator[Place]:
        """Where the values of an argument come from, and what the block hangs on."""
        sides: tuple[tuple[Side, ResourceInstance | None], ...] = (("head", self.new), ("base", self.old))
        for side, one in sides:
            value = written(one, name) if one is not None and not self.is_one_sided else None
            if value is not None:
                yield from ((side, step.span) for step in looked_up_by(symbols_in(value)))
                yield from ((side, span) for span in spans(value))
        for side, one in sides:
            if one is not None:
                yield from ((side, step.span) for step in one.existence)
                yield side, one.span


def different(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Pair]:
    """The managed blocks, and calls of modules that are not here, that are not as on the other side.

    A block under another label that says the same is the same one.
    """
    before = {address: one for address, one in same_places(base, head).items() if one.mode in _ASKED}
    after = {one.address: one for one in _asked(head)}
    names = head.names()
    old, new = _others(base, before), _others(head, after)
    for name in sorted(before.keys() & after.keys()):
        yield from _pair(before[name], after[name], names)
        yield from _of_others(old.get(name, ()), new.get(name, ()), names)
    gone, come = _but_for(before, after), _but_for(after, before)
    _drop_equal(gone, come)
    yield from (Pair(None, new, _names(new), True) for new in come.values())
    yield from (Pair(old, None, _names(old), True) for old in gone.values())


def different_at(base: EvaluatedConfig, head: EvaluatedConfig, is_asked: IsAsked) -> Iterator[Pair]:
    """Those of them that something at a place that is asked about comes of, and all that are told with these."""
    every = list(different(base, head))
    kinds = {_kind(pair) for pair in every if any(map(is_asked, _places_of(pair)))}
    return (pair for pair in every if _kind(pair) in kinds)


def everywhere(_: Place) -> bool:
    """Whatever comes of any place is asked about."""
    return True


def _places_of(pair: Pair) -> Iterator[Place]:
    return (place for name in pair.names for place in pair.asked.places(name))


def _kind(pair: Pair) -> str:
    """The blocks of a type may be told together, and a method of an API by what answers it."""
    kind = pair.some.type
    return _API if kind.startswith(_API) else kind


_API = "aws_api"
"""How the types of API Gateway begin."""


def _but_for(
    some: Mapping[str, ResourceInstance], others: Mapping[str, ResourceInstance]
) -> dict[str, ResourceInstance]:
    return {name: one for name, one in some.items() if name not in others}


def _names(one: ResourceInstance) -> tuple[str, ...]:
    return tuple(name for name, _ in (*one.attributes.entries, *one.runs.entries))


def written(one: ResourceInstance, name: str) -> Value | None:
    """What a block says for an argument, or what is run with it."""
    return entry_of(one.runs if name == PROVISIONER else one.attributes, name)


def with_argument(one: ResourceInstance, name: str, value: Value | None) -> ResourceInstance:
    """The block with another value for an argument, or without it."""
    entries = [(key, each) for key, each in one.attributes.entries if key != name]
    if value is not None:
        entries.append((name, value))
    attributes = dataclasses.replace(one.attributes, entries=tuple(sorted(entries, key=lambda entry: entry[0])))
    return dataclasses.replace(one, attributes=attributes)


def _others(config: EvaluatedConfig, known: Mapping[str, ResourceInstance]) -> dict[str, list[ResourceInstance]]:
    """By address what blocks would be in still other cases than the ones that are known of them."""
    found: dict[str, list[ResourceInstance]] = {}
    for one in _asked(config):
        if one.address in known and one is not known[one.address]:
            found.setdefault(one.address, []).append(one)
    return found


def _of_others(old: Iterable[ResourceInstance], new: Iterable[ResourceInstance], names: Names) -> Iterator[Pair]:
    """What a block would be in a case that both sides have, where that differs."""
    there = {guards_at_head(one.guards, names): one for one in old}
    for one in new:
        if one.guards in there:
            yield from _pair(there[one.guards], one, names)


def same_places(base: EvaluatedConfig, head: EvaluatedConfig) -> dict[str, ResourceInstance]:
    """The base's blocks by the addresses that the head has for them; one that stays is not what moves to where it is,
    of which Terraform moves nothing."""
    names, every = head.names(), base.blocks
    moved = {names.target(one.address): one for one in every}
    return moved | {
        one.address: one for one in every if one.address in moved and names.target(one.address) == one.address
    }


def _asked(config: EvaluatedConfig) -> Iterator[ResourceInstance]:
    return (one for one in config.blocks if one.mode in _ASKED)


def _pair(old: ResourceInstance, new: ResourceInstance, names: Names) -> Iterator[Pair]:
    found = (*differing_arguments(old.attributes, new.attributes), *differing(old.runs, new.runs))
    before = guards_at_head(old.guards, names)
    pair = Pair(old, new, found, before != new.guards and not implied(before, frozenset(new.guards)))
    if names.moved:
        pair = dataclasses.replace(pair, arguments=tuple(name for name in found if not _moved_alone(pair, name, names)))
    pair = _with_taken_up(pair, old, new)
    if pair.arguments or pair.exists_otherwise:
        yield pair
    if before != new.guards and not pair.exists_otherwise and not implied(new.guards, frozenset(before)):
        yield Pair(old, None, _names(old))  # not as one that is gone: another block cannot stand in for it


def _with_taken_up(pair: Pair, old: ResourceInstance, new: ResourceInstance) -> Pair:
    """The pair with the arguments that Terraform leaves alone no more, as if they had not been written before."""
    if "all" in new.left_alone:
        return pair
    before = frozenset(name for name, _ in new.attributes.entries) if "all" in old.left_alone else old.left_alone
    found = before - new.left_alone
    for name in found:
        old = with_argument(old, name, None)
    arguments = tuple(dict.fromkeys((*pair.arguments, *sorted(found))))
    return dataclasses.replace(pair, old=old, arguments=arguments, taken_up=found) if found else pair


def _moved_alone(pair: Pair, name: str, names: Names) -> bool:
    """Whether an argument names the same things, of which some have other addresses at head."""
    old, new = pair.values(name)
    return old is not None and new is not None and _as_at_head(plain(old), names) == plain(new)


_ONE_SYMBOL = late_pattern(r"\$\{(?:(?!\$\{).)*\}", re.DOTALL)


def _as_at_head(said: Hashable, names: Names) -> Hashable:
    match said:
        case tuple():
            return tuple(_as_at_head(one, names) for one in said)
        case Symbol():
            return dataclasses.replace(said, name=names.told(said.name))
        case Guard():
            return guards_at_head((said,), names)[0]
        case str() if _ONE_SYMBOL.fullmatch(said) and names.moved:
            return str(Symbol(names.told(said[2:-1])))
        case str() if "${" in said and names.moved:
            return names.told(said)
    return said


def _drop_equal(gone: dict[str, ResourceInstance], come: dict[str, ResourceInstance]) -> None:
    """Take out the blocks that are there on both sides under other labels."""
    if not gone or not come:
        return
    left, right = ({name: _said(one) for name, one in side.items()} for side in (gone, come))
    both = Counter(left.values()) & Counter(right.values())
    for side, said in ((gone, left), (come, right)):
        over = Counter(both)
        for name, key in said.items():
            if over[key]:
                over[key] -= 1
                del side[name]


def _said(one: ResourceInstance) -> Hashable:
    return one.type, plain(one.attributes), plain(one.runs), one.guards


_POLICY = {
    "aws_iam_group_policy": "policy",
    "aws_iam_group_policy_attachment": "policy_arn",
    "aws_iam_role_policy": "policy",
    "aws_iam_role_policy_attachment": "policy_arn",
    "aws_iam_user_policy": "policy",
    "aws_iam_user_policy_attachment": "policy_arn",
}
"""By which argument a type of block gives somebody a policy."""


def says_no_policy(pair: Pair) -> bool:
    """Whether a block that gives somebody a policy says none on either side: Terraform takes no such block.

    Not where it is a variable's: a library's caller may give it one.
    """
    name = _POLICY.get(pair.some.type, "")
    said = [one.attribute(name) for one in (pair.old, pair.new) if name and one is not None]
    return bool(said) and all(present(one) is None and not _is_of_variable(one) for one in said)


def _is_of_variable(value: Value | None) -> bool:
    """Whether a root's own variable says it."""
    return value is not None and any(step.defaulted.startswith("var.") for step in value.trail)


def is_amount(value: Value) -> bool:
    """Whether it is nothing, or a number that can be no account's; items in another order are no number."""
    if isinstance(value, NullValue):
        return True
    return isinstance(value, NumberValue) and not _FEWEST_DIGITS <= len(str(value.value)) <= _DIGITS


_FEWEST_DIGITS, _DIGITS = 10, 12
"""Of an account's number; written as a number it has no noughts before it."""
