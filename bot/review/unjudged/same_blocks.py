"""New blocks that stand in for one that is gone, as if a `moved` block said so; what else follows from being new."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.evaluated.address import block_of, module_prefix
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import own_symbols
from bot.evaluated.document import Symbol, Text
from bot.evaluated.mentions import differing, inside, mentions, symbols
from bot.evaluated.thing import Names
from bot.evaluated.value import ListValue, ObjectValue, StringValue, Unknown, Value
from bot.extract.argument_reading import string
from bot.extract.public import OWN_ACCOUNT
from bot.extract.reference import ResourceIndex
from bot.extract.remote_table import carries_no_policy
from bot.extract.runners import ROLE_TYPES
from bot.frozen import dataclass
from bot.iam.arn import Arn, is_arn
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading
from bot.review.unjudged.accounts import made_alike
from bot.review.unjudged.changed_blocks import PROVISIONER, Pair, same_places, says_no_policy
from bot.review.unjudged.disposition import JUDGED, ArgumentOutcome, Disposition, Found, Irrelevance
from bot.review.unjudged.root_pair import AWS
from bot.type_registry.outside import outside
from bot.type_registry.registry import is_idle
from bot.type_registry.type_facts import TypeClass, TypeFacts

Judge = Callable[[Pair], Iterable[Disposition]]
Judged = tuple[Pair, tuple[Disposition, ...]]

MOST = 40
"""So many blocks of one type that are gone are tried for a new one."""


_LIMITS = late_pattern(
    r"block|boundary|(?<!origin_access_)control|deny|exclusive|guard(?!duty)|limit|lock|owner"
    r"|permission(?!_set\Z)|policy|public|restrict"
)
"""Names of types whose blocks may limit access, so that it is more without them."""


def settled(
    found: Sequence[Judged], base: EvaluatedConfig, head: EvaluatedConfig, judge: Judge
) -> Iterator[Disposition]:
    """What became of all arguments, where those of new blocks that stand in for gone ones are compared with theirs."""
    gone = [pair for pair, _ in found if pair.is_gone and _is_of_aws(pair.some)]
    twins = _Twins(base, head, judge, gone)
    same = {id(one) for pair, told in found if _asks(pair, told) for one in twins.of(pair.some)}
    for pair, told in found:
        yield from map(_as_same, told) if id(pair.some) in same else told


def _asks(pair: Pair, told: Iterable[Disposition]) -> bool:
    """Whether something of a new block is open."""
    return pair.old is None and _is_of_aws(pair.some) and any(one.outcome is ArgumentOutcome.OPEN for one in told)


def _is_of_aws(one: ResourceInstance) -> bool:
    return one.mode == "managed" and one.type.startswith(AWS)


def _as_same(one: Disposition) -> Disposition:
    """What was open is not any more; what Terraform runs is run anew."""
    if one.outcome is not ArgumentOutcome.OPEN or one.argument == PROVISIONER:
        return one
    return dataclasses.replace(one, outcome=ArgumentOutcome.IRRELEVANT, rule=Irrelevance.SAME, leaf=())


class _Twins:
    """The blocks that are gone, each of which one new block may stand in for."""

    def __init__(self, base: EvaluatedConfig, head: EvaluatedConfig, judge: Judge, gone: Iterable[Pair]) -> None:
        there, here = ({block_of(name) for name in side} for side in _addresses(base, head))
        self._sides, self._judge = (base, head), judge
        self._left: dict[str, list[ResourceInstance]] = {}
        self._left_alone, self._come = there - here, here - there
        self._always = {id(one) for one in base.resources if not one.guards}
        for pair in gone:
            self._left.setdefault(pair.some.type, []).append(pair.some)

    def of(self, new: ResourceInstance) -> Iterator[ResourceInstance]:
        """The new block and the one that it stands in for; nothing if there is none."""
        if new.address in self._sides[1].imported or new.unlike:
            return
        for old in self._left.get(new.type, ())[:MOST]:
            if self._may_be(old, new) and self._is_same(old, new):
                self._left[new.type].remove(old)
                yield from (new, old)
                return

    def _may_be(self, old: ResourceInstance, new: ResourceInstance) -> bool:
        """Whether both are there in the same cases, or the old one in all, as often, in one account."""
        alike = (old.repeated, old.unlike) == (new.repeated, new.unlike)
        there = old.guards == new.guards or id(old) in self._always
        return alike and there and made_alike(old, new, *self._sides)

    def _is_same(self, old: ResourceInstance, new: ResourceInstance) -> bool:
        """Whether nothing is open of the new block as if the other had been moved to where it is."""
        renamed = _Renamed(module_prefix(old.here), module_prefix(new.here), self._left_alone, self._come)
        attributes, runs = renamed.value(old.attributes), renamed.value(old.runs)
        assert isinstance(attributes, ObjectValue) and isinstance(runs, ObjectValue)
        moved = dataclasses.replace(old, address=new.address, attributes=attributes, runs=runs)
        names = (*differing(moved.attributes, new.attributes), *differing(moved.runs, new.runs))
        pair = Pair(moved, new, names)
        return not names or all(_is_nothing(pair, one) for one in self._judge(pair))


def _is_nothing(pair: Pair, one: Disposition) -> bool:
    """Whether what differs of two blocks is compared, or is a word or number: the new one names what the other did."""
    if one.outcome is ArgumentOutcome.IRRELEVANT:
        return len({frozenset(_names(value)) for value in pair.values(one.argument)}) == 1
    return one.outcome is ArgumentOutcome.JUDGED and one.argument != PROVISIONER


def _names(value: Value | None) -> Iterator[str]:
    """What a value names: symbols, and ARNs in its texts."""
    for each in () if value is None else inside(value):
        yield from (symbol.name for symbol in own_symbols(each))
        if isinstance(each, StringValue):
            yield from (part for part in each.pieces if isinstance(part, str) and is_arn(part))


def _addresses(base: EvaluatedConfig, head: EvaluatedConfig) -> tuple[set[str], set[str]]:
    """The addresses of the managed blocks and calls of both sides, in the head's words."""
    before = {name for name, one in same_places(base, head).items() if one.mode != "data"}
    return before, {one.address for one in head.blocks if one.mode != "data"}


@dataclass(frozen=True, slots=True)
class _Renamed:
    """Names of what lies in the module `old` of one block as those of what lies in the module `new` of the other.

    Only of blocks that are there on one side alone (`gone` and `come`): what stays is what it was, and names itself.
    """

    old: str
    new: str
    gone: frozenset[str] | set[str]
    come: frozenset[str] | set[str]

    def value(self, value: Value) -> Value:
        """A value with these names."""
        match value:
            case StringValue():
                parts = tuple(
                    dataclasses.replace(part, content=self._symbol(part.content))
                    if isinstance(part.content, Symbol)
                    else part
                    for part in value.parts
                )
                encoded = None if value.encoded is None else self.value(value.encoded)
                return dataclasses.replace(value, parts=parts, encoded=encoded)
            case Unknown():
                return dataclasses.replace(value, symbol=self._symbol(value.symbol))
            case ListValue():
                return dataclasses.replace(value, items=tuple(map(self.value, value.items)))
            case ObjectValue():
                return dataclasses.replace(value, entries=tuple((name, self.value(one)) for name, one in value.entries))
        return value

    def _symbol(self, symbol: Symbol) -> Symbol:
        for before, after in self._prefixes():
            if symbol.name.startswith(before):
                name = after + symbol.name[len(before) :]
                if _thing(symbol.name) in self.gone and _thing(name) in self.come:
                    return dataclasses.replace(symbol, name=name)
        return symbol

    def _prefixes(self) -> Iterator[tuple[str, str]]:
        """The modules around both, from their own outwards, as long as the calls inside are called alike."""
        before, after = _calls(self.old), _calls(self.new)
        yield self.old, self.new
        while before and after and before[-1] == after[-1]:
            before, after = before[:-1], after[:-1]
            yield "".join(before), "".join(after)


def names_one_role(pair: Pair, name: str, before: ResourceIndex, after: ResourceIndex, names: Names) -> bool:
    """Whether an argument is the ARN or name of one role of the root on both sides, which has another name at head."""
    if pair.is_one_sided:
        return False
    old, new = (string(value) for value in pair.values(name))
    if old is None or new is None:
        return False
    there = before.made(old, ROLE_TYPES, pair.some.address)
    here = after.made(new, ROLE_TYPES, pair.some.address)
    if there is None or here is None or not _is_one(there, here, names):
        return False
    looked_up = before.find(old, ROLE_TYPES, pair.some.address) != there or after.find(new, ROLE_TYPES) != here
    at_home = here.made_by.names == pair.some.made_by.names and all(map(_is_at_home, (old, new)))
    return looked_up or at_home or _whose(old) == _whose(new)


def names_beside(one: ResourceInstance | None, value: Value | None, here: ResourceIndex) -> bool:
    """Whether a value names a block of the root that is made in the account of the block that says it."""
    written = string(value)
    named = None if one is None or written is None else here.find(written, (), one.address)
    if one is None or named is None or named.mode != "managed":
        return False
    known = all(name in here.providers for name in named.made_by.names if "." in name)
    return named.made_by == one.made_by or (known and named.made_by.account == one.made_by.account)


def new_calls(head: EvaluatedConfig, there: Iterable[str]) -> Iterator[Callable[[Symbol], bool]]:
    """Whether a symbol is of a call of a module that is not here, for each that there was not; `there` are addresses
    of the base."""
    calls = (one for one in head.resources if one.mode == "module" and not carries_no_policy(one.type))
    new = {block_of(one.address) for one in calls} - set(map(block_of, there))
    return map(mentions, sorted(new))


def is_of_no_policy(value: Value | None, side: EvaluatedConfig) -> bool:
    """Whether a value hangs on a call of a module that is not here and is known to hold no policy: nothing says what
    role that could be."""
    named = () if value is None else tuple(symbols(value))
    calls = (one for one in side.resources if named and one.mode == "module" and carries_no_policy(one.type))
    return any(any(map(mentions(block_of(one.address)), named)) for one in calls)


def is_given_by(calls: Sequence[Callable[[Symbol], bool]], value: Value | None) -> bool:
    """Whether a value is what calls of modules give, and nothing else."""
    pieces = value.pieces if isinstance(value, StringValue) else ()
    if not isinstance(value, Unknown | StringValue) or any(isinstance(piece, str) for piece in pieces):
        return False
    given = tuple(symbols(value))
    return bool(given) and all(any(is_it(each) for is_it in calls) for each in given)


def _is_one(there: ResourceInstance, here: ResourceInstance, names: Names) -> bool:
    """Whether a block of the base is a block of the head."""
    return not here.unlike and names.target(there.address) == here.address


def _is_at_home(role: Text) -> bool:
    """Whether it is an attribute of a block, or an ARN of the account that the root is applied in."""
    arn = Arn.parse(str(role))
    if arn is None:
        return role.symbol is not None
    return arn.account == f"${{{OWN_ACCOUNT}}}"


def _whose(role: Text) -> tuple[str, str] | None:
    """The partition and account in a role's ARN; None of a name."""
    arn = Arn.parse(str(role))
    return None if arn is None else (arn.partition, arn.account)


def _calls(prefix: str) -> tuple[str, ...]:
    """ "module.a.module.b[0]." in steps."""
    found: list[str] = []
    while prefix:
        first = _first_call(prefix)
        found.append(first)
        prefix = prefix[len(first) :]
    return tuple(found)


def _first_call(prefix: str) -> str:
    rest = prefix[len("module.") :]
    end = rest.find(".module.")
    return prefix if end < 0 else prefix[: len("module.") + end + 1]


def _thing(name: str) -> str:
    """The block that a symbol's name is of, without keys: "module.a.aws_sns_topic.t"; "" of a data source."""
    plain = block_of(name)
    prefix = module_prefix(plain)
    steps = plain[len(prefix) :].split(".")
    return "" if steps[0] == "data" or len(steps) < 2 else f"{prefix}{steps[0]}.{steps[1]}"


def by_block(pair: Pair, name: str, facts: TypeFacts | None, *, comes: bool) -> Found | None:
    """What follows from the block's being new, or gone; `comes` if the base has no such block in any case."""
    if comes and _is_told_when_new(pair.some.type):
        return JUDGED
    if comes and (is_idle(pair.some.type) or says_no_policy(pair)):
        return ArgumentOutcome.IRRELEVANT, Irrelevance.NEW, ()
    if pair.new is None and (says_no_policy(pair) or not _may_limit(pair.some.type, facts)):
        other = name and outside(pair.some.type, (name,)) is not None
        return (ArgumentOutcome.OUTSIDE, None, (name,)) if other else (ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ())
    return None


def _is_told_when_new(kind: str) -> bool:
    """Whether a new block of a type is told as such, whatever it says: a provider of identities."""
    return kind in RESOURCE_TYPES and RESOURCE_TYPES[kind].reading is Reading.IDENTITY_PROVIDER


def _may_limit(kind: str, facts: TypeFacts | None) -> bool:
    return (facts is not None and facts.type_class is TypeClass.LIMITS) or _LIMITS.search(kind) is not None
