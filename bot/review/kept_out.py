"""Blocks that a variable's default keeps out today (`count = var.on ? 1 : 0`): judged as if it had another value."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import field

from bot.access_diff.delta import Change, CredentialChange, Delta, HolderDelta, PrivilegeDiff, Reach
from bot.access_diff.diff_configs import diff_configs
from bot.evaluated.address import module_prefix
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.diagnostic import Side, Trail
from bot.evaluated.fence import Clock, Trouble, fenced
from bot.evaluated.guard import Guard, KeptOut
from bot.evaluated.touched import Touched
from bot.extract import Extracted, root_name
from bot.frozen import dataclass
from bot.review.seen import Evaluated, both_extracted
from bot.review.unjudged.root_pair import RootPair

MAX_WAYS = 4
"""So many sets of variables are asked about in one root, each by itself."""

MAX_ROOTS = 16
MAX_BLOCKS = 1500
"""So many evaluations there are of all roots together, and more while they have no more blocks than that."""

Line = tuple[Side, str, int]


@dataclass(frozen=True, slots=True)
class OtherDefaults:
    """What some variables of a root keep out that a change touches: the root to evaluate, which has so many blocks, and
    the touched lines."""

    root: Root
    left: tuple[tuple[Side, KeptOut], ...]
    lines: frozenset[Line]
    blocks: int

    def guard(self, address: str) -> Guard:
        """What would let in what is at an address: of several calls of a module that of the call it is in."""
        prefix = module_prefix(address)
        around = ((len(call), one.guard) for _, one in self.left for call in _calls_of(one) if prefix.startswith(call))
        return max(around, key=operator.itemgetter(0), default=(0, self.left[0][1].guard))[1]

    @property
    def variables(self) -> frozenset[str]:
        """The variables, as guards name them."""
        return frozenset(symbol.name for _, one in self.left for symbol in one.guard.variables)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A root as if some variables had not their defaults, on both sides, and what it says of access then."""

    asked: OtherDefaults
    base: EvaluatedConfig
    head: EvaluatedConfig
    before: Extracted
    after: Extracted
    difference: PrivilegeDiff = field(default=PrivilegeDiff())

    @property
    def pair(self) -> RootPair:
        """Both sides, as a root that is compared."""
        return RootPair(self.base, self.head, self.before, self.after, (self.base, self.head))


def asked(written: Evaluated, touched: Touched) -> tuple[OtherDefaults, ...]:
    """What is to be asked about each root: where the change touches what a default keeps out, and where what the base
    keeps out is at the head inside of more that the same variables keep out.
    """
    pairs = list(zip(written.base, written.head, strict=True))
    everywhere = {"base": _in_all_variants(written.base), "head": _in_all_variants(written.head)}
    found: list[OtherDefaults] = []
    for base, head in pairs:
        sides: tuple[tuple[Side, EvaluatedConfig], ...] = (("head", head), ("base", base))
        left: dict[tuple[str, ...], list[tuple[Side, KeptOut]]] = {}
        hidden = _latent_variables(head)
        for side, config in sides:
            for one in config.kept_out:
                place = _place(config, one)
                inside = side == "base" and place not in everywhere["head"] and not hidden.isdisjoint(one.variables)
                if place in everywhere[side] and (inside or any(lines_of(side, one, touched))):
                    left.setdefault(one.variables, []).append((side, one))
        found += (_asked(head, some, touched) for some in _of_one_module(left.values()))
    return tuple(found)


def _latent_variables(config: EvaluatedConfig) -> frozenset[str]:
    """The variables whose defaults keep whole blocks of a root out."""
    guards = (guard for one in config.latent for guard in one.guards if guard.disabled_by_default)
    return frozenset(symbol.name for guard in guards for symbol in guard.variables)


def _calls_of(one: KeptOut) -> Iterator[str]:
    """The calls whose variables keep it out, as addresses in them begin: "", "module.m."."""
    yield from (name.rpartition("var.")[0] for name in one.variables)


def _of_one_module(every: Iterable[list[tuple[Side, KeptOut]]]) -> Iterable[list[tuple[Side, KeptOut]]]:
    """What variables keep out, taken together where they are those of several calls of one module."""
    found: dict[Hashable, list[tuple[Side, KeptOut]]] = {}
    for some in every:
        names = frozenset(name.rpartition("var.")[2] for _, one in some for name in one.variables)
        where = frozenset((side, one.spans[0]) for side, one in some)
        found.setdefault((names, where), []).extend(some)
    return found.values()


def _in_all_variants(side: Iterable[EvaluatedConfig]) -> frozenset[Hashable]:
    """What every variant of its root keeps out: what one of them says today is judged there."""
    there: dict[str, list[EvaluatedConfig]] = {}
    for config in side:
        if config.root.kind == "root" and config.resources:
            there.setdefault(config.root.directory, []).append(config)
    kept = ([{_place(one, left) for left in one.kept_out} for one in some] for some in there.values())
    return frozenset(place for some in kept for place in set.intersection(*some))


def _place(config: EvaluatedConfig, one: KeptOut) -> Hashable:
    return config.root.directory, one.spans[0]


def lines_of(side: Side, one: KeptOut, touched: Touched) -> Iterator[Line]:
    """The touched lines of what is kept out."""
    return ((side, span.file, line) for span in one.spans for line in touched.code_lines(span, side))


def _asked(config: EvaluatedConfig, left: Sequence[tuple[Side, KeptOut]], touched: Touched) -> OtherDefaults:
    names = frozenset(name for _, one in left for name in one.variables)
    root = dataclasses.replace(config.root, settings=dataclasses.replace(config.root.settings, otherwise=names))
    lines = frozenset(line for side, one in left for line in lines_of(side, one, touched))
    return OtherDefaults(root, tuple(left), lines, len(config.resources) + len(config.latent))


def followed(every: Sequence[OtherDefaults]) -> tuple[OtherDefaults, ...]:
    """Those that are evaluated: of one root the first ones only."""
    count, blocks = Counter[str](), 0
    found: list[OtherDefaults] = []
    for one in every:
        name = root_name(one.root)
        count[name] += 1
        if count[name] <= MAX_WAYS and (len(found) < MAX_ROOTS or blocks + one.blocks <= MAX_BLOCKS):
            found.append(one)
            blocks += one.blocks
    return tuple(found)


def of_whole_roots(some: Iterable[OtherDefaults], written: Evaluated) -> tuple[OtherDefaults, ...]:
    """Those of roots that wait for no file: each of the others' would only ask for the same files once more."""
    waiting = {one.root.directory for one in (*written.base, *written.head) if one.needs or one.modules}
    return tuple(one for one in some if one.root.directory not in waiting)


def otherwise(
    some: Sequence[OtherDefaults], there: Evaluated, clock: Clock, own: frozenset[str]
) -> tuple[Otherwise, ...]:
    """What each of the roots says then, and what is gained; without those that could not be evaluated or compared."""
    found = (_otherwise(*one, clock, own) for one in zip(some, there.base, there.head, strict=True))
    return tuple(one for one in found if one is not None)


def _otherwise(
    one: OtherDefaults, base: EvaluatedConfig, head: EvaluatedConfig, clock: Clock, own: frozenset[str]
) -> Otherwise | None:
    base, head = _but_for_today(base, one), _but_for_today(head, one)
    before, after = both_extracted(base, head)
    if isinstance(before, Trouble) or isinstance(after, Trouble) or not (base.files or head.files):
        return None
    compare = functools.partial(diff_configs, (before,), (after,), work=clock.charged, own_accounts=own)
    found = fenced(root_name(head.root), "judging", compare)
    return None if isinstance(found, Trouble) else Otherwise(one, base, head, before, after, found)


def _but_for_today(config: EvaluatedConfig, asked: OtherDefaults) -> EvaluatedConfig:
    """A root without what would be there if the variables had their defaults, which is judged without this."""
    kept = (one for one in config.latent if not any(_is_about(guard, asked) for guard in one.guards))
    return dataclasses.replace(config, latent=tuple(kept))


def _is_about(guard: Guard, asked: OtherDefaults) -> bool:
    return guard.disabled_by_default and any(symbol.name in asked.variables for symbol in guard.variables)


def with_kept_out(changes: PrivilegeDiff, every: Iterable[Otherwise], touched: Touched) -> PrivilegeDiff:
    """The changes, and those that there would be without the defaults, but for what is told without that.

    What a default keeps out of a block of its own now was kept out inside of another one before: that is not new.
    """
    every = tuple(every)
    told = {_told(delta, change) for delta in changes.holders for change in _gained(delta)}
    changes = dataclasses.replace(changes, holders=tuple(_not_held(delta, every) for delta in changes.holders))
    today = frozenset(
        (_who(delta), line) for delta in changes.holders for one in _gained(delta) for line in _lines_of(one, touched)
    )
    holders, credentials, reaches = list(changes.holders), list(changes.credentials), list(changes.reaches)
    known = {(one.credential.owner, one.credential.address) for one in changes.credentials}
    for one in every:
        guard = one.asked.guard
        for delta in one.difference.holders:
            here = frozenset(line for who, line in today if who == _who(delta))
            kept = _with(delta, told, functools.partial(_is_of, one.asked, here, touched))
            if kept != Delta():
                guards = (*delta.guards, guard(_address(delta)))
                holders.append(dataclasses.replace(delta, delta=kept, guards=guards))
                told |= {_told(delta, change) for change in (*kept.gained, *kept.undecided)}
        credentials += (_credential(new, guard) for new in one.difference.credentials if _key(new) not in known)
        reaches += (_reach(reach, guard) for reach in one.difference.reaches if reach not in changes.reaches)
    return PrivilegeDiff(tuple(holders), tuple(credentials), tuple(reaches))


def _not_held(delta: HolderDelta, every: Iterable[Otherwise]) -> HolderDelta:
    """It without what whoever sets the variables would have without the change, too."""
    latent = [guard for guard in delta.guards if guard.disabled_by_default]
    holder = delta.head or delta.base
    about = [one for one in every if latent and all(_is_about(guard, one.asked) for guard in latent)]
    here = [one for one in about if holder is not None and holder.root == root_name(one.head.root)]
    if not here:
        return delta
    new = {_told(each, change) for one in here for each in one.difference.holders for change in _gained(each)}
    gained, undecided = (
        tuple(change for change in some if _told(delta, change) in new)
        for some in (delta.delta.gained, delta.delta.undecided)
    )
    return dataclasses.replace(delta, delta=dataclasses.replace(delta.delta, gained=gained, undecided=undecided))


def _key(new: CredentialChange) -> Hashable:
    return new.credential.owner, new.credential.address


def _credential(new: CredentialChange, guard: Callable[[str], Guard]) -> CredentialChange:
    guards = (guard(new.credential.address),)
    return dataclasses.replace(new, credential=dataclasses.replace(new.credential, guards=guards))


def _reach(reach: Reach, guard: Callable[[str], Guard]) -> Reach:
    return dataclasses.replace(reach, guards=(*reach.guards, guard(reach.holder.address)))


def _address(delta: HolderDelta) -> str:
    holder = delta.head or delta.base
    return "" if holder is None else holder.address


def _gained(delta: HolderDelta) -> tuple[Change, ...]:
    return (*delta.delta.gained, *delta.delta.undecided)


def _who(delta: HolderDelta) -> Hashable:
    holder = delta.head or delta.base
    return holder and (holder.root, holder.address), delta.kind


def _told(delta: HolderDelta, change: Change) -> Hashable:
    return _who(delta), change.row


def _with(delta: HolderDelta, told: set[Hashable], of: Callable[[Change], bool]) -> Delta:
    """What of it is of what defaults keep out, and not told already; nobody loses what nobody has."""

    def kept(changes: Iterable[Change]) -> tuple[Change, ...]:
        return tuple(one for one in changes if _told(delta, one) not in told and of(one))

    return Delta(kept(delta.delta.gained), (), kept(delta.delta.undecided))


def _is_of(asked: OtherDefaults, today: frozenset[Line], touched: Touched, change: Change) -> bool:
    """Whether a change is one of what is kept out: not what is told of its lines today, with other names in it."""
    lines = frozenset(_lines_of(change, touched))
    return not lines or not lines <= today or not lines.isdisjoint(asked.lines)


def _lines_of(change: Change, touched: Touched) -> Iterator[Line]:
    """The touched lines that a change comes of."""
    sides: tuple[tuple[Side, tuple[Trail, ...]], ...] = (
        ("head", (*change.causes, change.statement.trail)),
        ("base", change.removed),
    )
    for side, trails in sides:
        where = (step.span for trail in trails for step in trail)
        yield from ((side, span.file, line) for span in where for line in touched.code_lines(span, side))
