"""Structured texts that are kept for programs to read: where both sides parse, what differs in them is looked at alone.

What such a text says elsewhere was there before. What differs is nothing only where it says how large, how many or how
long: names, switches and commands mean whatever the program takes them for that reads them. The same of the machines
that a module starts which is not here. Of a template of CloudFormation what is left beside what it makes in IAM.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Value
from bot.extract.cloudformation import TEMPLATE, besides_access, is_stack
from bot.extract.yaml_reading import read_yaml
from bot.late_pattern import late_pattern
from bot.review.unjudged.asked_for import tags_in
from bot.review.unjudged.changed_blocks import Pair, is_amount, with_argument
from bot.review.unjudged.disposition import ArgumentOutcome, Found, Irrelevance
from bot.review.unjudged.inner_values import STRONG, may_give_access, names_access
from bot.review.unjudged.leaves import leaves
from bot.review.unjudged.root_pair import RootPair
from bot.type_registry.argument_names import UNLISTED, Kind, argument_names
from bot.type_registry.registry import is_amount as is_amount_word
from bot.type_registry.registry import is_machine, is_release, is_size, keeps_text

_AMOUNT = late_pattern(r"-?(\d{1,9}|\d{13,})(\.\d+)?")
"""A number that is no account's, with its noughts or without them."""

_SIZE = late_pattern(r"[a-z][a-z0-9-]{1,15}(\.[a-z0-9-]{1,15})?")
"""A machine or disk as AWS calls them: "m5.2xlarge", "gp3"."""

_WORD = late_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_OTHER_SIGNS = late_pattern(r"[^a-z0-9]+")

_TELL_NOTHING = frozenset({"anything", UNLISTED})
"""What a name can say that says nothing of access."""

_TEXT = "text"
"""Stands for the argument at the head of the ways into its text."""

_TYPED = "!!"
"""Begins what makes YAML's readers take a value for something else, which is not followed."""


def of_kept_text(pair: Pair, name: str) -> Found | None:
    """That nothing but amounts differs in what a block keeps; None if more may."""
    if not keeps_text(pair.some.type, name) or not all(_differ_in_amounts(*way) for way in _ways(*pair.values(name))):
        return None
    return ArgumentOutcome.IRRELEVANT, Irrelevance.VALUE, ()


def but_for_access(pair: Pair, name: str, root: RootPair, keys: frozenset[str]) -> Pair:
    """A pair of stacks with what their templates say besides what they make in IAM, which is compared; the same pair
    where one is not read. `keys` are those that policies ask for."""
    if name != TEMPLATE or not is_stack(pair.some.type):
        return pair
    tagged = bool(tags_in(keys))
    sides = ((pair.old, root.base), (pair.new, root.head))
    found = [(one, besides_access(one, side, tagged=tagged)) for one, side in sides if one is not None]
    said = [with_argument(one, name, rest) for one, rest in found if rest is not None]
    if len(said) < len(found):
        return pair
    return dataclasses.replace(pair, old=said[0] if pair.old else None, new=said[-1] if pair.new else None)


def only_machines_differ(pair: Pair, name: str) -> bool:
    """Whether nothing differs but how many machines there are, how large, and what they start from or run."""
    old, new = pair.values(name)
    found = tuple(leaves(name, old, new))
    there = None not in (old, new)
    return bool(found) and all(
        is_amount(value) or _is_machine(path, value) or (there and _is_release(path, value)) for path, value in found
    )


def _is_machine(path: tuple[str, ...], value: Value) -> bool:
    pieces = value.pieces if isinstance(value, StringValue) else ()
    said = "".join(piece for piece in pieces if isinstance(piece, str))
    return is_machine(path[-1]) and not names_access(value) and (not said or bool(_MACHINE.fullmatch(said)))


_MACHINE = late_pattern(r"ami-[0-9a-f]+|[a-z][a-z0-9-]*\.[a-z0-9-]+|(gp|io|sc|st)[0-9]|[A-Z][A-Z0-9_.]+")
"""An image's id, or a size, as AWS writes them: by such a name people call other things, too."""


def _is_release(path: tuple[str, ...], value: Value) -> bool:
    """Whether a value is which release of a program there is, by its name and by how it is written."""
    said = value.known if isinstance(value, StringValue) else None
    if said is None or not is_release(path[-1]) or not _RELEASE.fullmatch(said):
        return False
    return not argument_names().of_path(path, Kind.STRING) & STRONG


_RELEASE = late_pattern(
    r"v?\d{1,9}(\.\d{1,9}){1,2}([-+][\w.+-]{1,60})?"
    r"|(nodejs|python|ruby|java|go|dotnet|dotnetcore)\d[\w.]{0,9}|provided(\.al\d{1,4})?"
)
"""A release's number, or one of Lambda's runtimes (Lambda, API Reference, CreateFunction, Runtime): neither names
anybody. A number without dots may be somebody's."""


def _ways(old: Value | None, new: Value | None) -> Iterator[tuple[Value | None, Value | None]]:
    """Both sides' texts, where something is chosen in the same cases those of each case."""
    if isinstance(old, Choice) and isinstance(new, Choice):
        before, after = ({one.guard: one.value for one in side.alternatives} for side in (old, new))
        if before.keys() == after.keys():
            for guard, value in after.items():
                yield from _ways(before[guard], value)
            return
    yield old, new


def _differ_in_amounts(old: Value | None, new: Value | None) -> bool:
    if any(map(may_give_access, (old, new))):
        return False
    before, after = _structure(old), _structure(new)
    if before is None or after is None:
        return False
    found = tuple(leaves(_TEXT, before, after))
    on_both = Counter(path for path, _ in found)
    return all(_is_amount(path, value) and not _is_switch(value, alone=on_both[path] < 2) for path, value in found)


def _structure(written: Value | None) -> Value | None:
    """What a text says, if it is a list or a map."""
    if not isinstance(written, StringValue) or any(_TYPED in one for one in written.pieces if isinstance(one, str)):
        return None
    read = read_yaml(written)
    return _by_place(read) if isinstance(read, ObjectValue | ListValue) else None


def _by_place(value: Value) -> Value:
    """The value with maps by place for its lists, and for what is said under one name several times: order counts."""
    match value:
        case ListValue(items):
            return _numbered(items)
        case ObjectValue(entries):
            said: dict[str, list[Value]] = {}
            for name, each in entries:
                said.setdefault(name, []).append(each)
            return ObjectValue(
                tuple((name, _by_place(some[0]) if len(some) == 1 else _numbered(some)) for name, some in said.items())
            )
    return value


def _numbered(items: Iterable[Value]) -> ObjectValue:
    return ObjectValue(tuple((str(place), _by_place(each)) for place, each in enumerate(items)))


def _is_amount(path: tuple[str, ...], value: Value) -> bool:
    said, names = value.known if isinstance(value, StringValue) else None, tuple(_names(path))
    if said is None or not names or not argument_names().of_path(names, Kind.STRING) <= _TELL_NOTHING:
        return False
    if is_size(names[-1]):
        return _AMOUNT.fullmatch(said) is not None or _SIZE.fullmatch(said) is not None
    return _AMOUNT.fullmatch(said) is not None and any(map(is_amount_word, _words(path[-1])))


def _is_switch(value: Value, *, alone: bool) -> bool:
    """Whether a number may be a truth: one that becomes none, or is there from now on."""
    said = value.known if isinstance(value, StringValue) else None
    return said == "0" or (alone and said == "1")


def _words(name: str) -> Iterator[str]:
    """The words of a name, lower case ("fs.s3.maxConnections" has "max")."""
    return (word.lower() for word in _WORD.findall(name))


def _names(path: tuple[str, ...]) -> Iterator[str]:
    """The names on the way into the text, with one sign between their words ("fs.s3.max_connections" has four)."""
    return (_OTHER_SIGNS.sub("_", step.lower()).strip("_") for step in path[1:])
