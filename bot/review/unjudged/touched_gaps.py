"""Which gaps a change touches: those of what evaluates otherwise, and of what rests on a thing that is another now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import falls_back, roots, said_in, symbols_in
from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind, ToldBy
from bot.evaluated.document import Symbol
from bot.evaluated.mentions import mentions, symbols
from bot.evaluated.redefinition import Place, Redefinition
from bot.evaluated.symbol_origin import SymbolOrigin, origin_of
from bot.evaluated.touched import Touched
from bot.evaluated.value import StringValue
from bot.frozen import dataclass
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.called_module import CalledModule
from bot.review.gaps import as_changed, as_unchanged
from bot.review.model import Gap
from bot.review.unjudged.changed_blocks import same_places, written
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition
from bot.review.unjudged.open_changes import cause
from bot.review.unjudged.programs import made_otherwise
from bot.type_registry.registry import is_inert

Known = Mapping[str, ResourceInstance]

_OF_THE_RUN = ("path.cwd", "terraform.workspace")
"""Where and as what Terraform is run, which no change of a repository decides; what a file says that these pick is
another matter."""

_OF_BLOCKS = ("documents", "attachments")
"""Whoever tells gaps of what a block's arguments say, and of nothing else."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the blocks that gaps are of.

    `head` are those of the head by address, `base` those there were by the head's addresses, `alike` the addresses of
    those that evaluate as at base, `arguments` what became of the arguments of the others. `made` are the files that a
    run makes, of something else than at base.
    """

    head: Known
    base: Known
    alike: frozenset[str]
    arguments: Mapping[str, Sequence[Disposition]]
    made: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, pairs: Iterable[tuple[EvaluatedConfig, EvaluatedConfig]], found: Iterable[Disposition], touched: Touched
    ) -> Standing:
        """Of both sides of every root that a change touches."""
        files_stay = all(path.endswith(_CODE) for path in touched.paths)
        arguments: dict[str, list[Disposition]] = {}
        for one in found:
            arguments.setdefault(one.address, []).append(one)
        known: dict[str, ResourceInstance] = {}
        before: dict[str, ResourceInstance] = {}
        alike: set[str] = set()
        every = tuple(pairs)
        made = frozenset(path for base, head in every for path, _ in made_otherwise(base, head))
        for base, head in every:
            here = {one.address: one for one in head.blocks}
            there = same_places(base, head)
            known |= here
            before |= there
            alike.update(name for name in _alike(here, there, arguments) if _is_pinned(here[name], files_stay))
        return cls(known, before, _but_for_made(alike, known, made), arguments, made)


def _but_for_made(alike: Set[str], known: Known, made: frozenset[str]) -> frozenset[str]:
    """The blocks but for those that read a file which a run makes of something else."""
    return frozenset(name for name in alike if not (made and _is_made_anew(_read_by(known[name]), made)))


def _alike(here: Known, there: Known, arguments: Mapping[str, Sequence[Disposition]]) -> Iterator[str]:
    """The addresses of blocks that are on both sides and say the same."""
    return (name for name in here.keys() & there.keys() if name not in arguments)


def _is_pinned(one: ResourceInstance, files_stay: bool) -> bool:
    """Whether equal names of its symbols are equal values: each is of a block, none of what we could not evaluate."""
    asked = (value for name, value in one.attributes.entries if not is_inert(str(name)))
    return not any(_may_be_another(symbol, files_stay) for value in asked for symbol in symbols_in(value))


_CODE = ".tf"
"""How the files end that Terraform reads itself, of which no function has to read any."""


def _may_be_another(symbol: Symbol, files_stay: bool) -> bool:
    """Whether a symbol can be another value under the same name; `files_stay` if only code is touched."""
    if _reads_files(symbol) and not (files_stay and _CODE not in symbol.reference):
        return True
    return any(
        each.limit or (origin_of(each) is SymbolOrigin.OTHER and each.name not in _OF_THE_RUN) for each in roots(symbol)
    )


def _reads_files(symbol: Symbol) -> bool:
    """Whether it is, or may be, what a file says whose name is not known: any that it can be may say something else."""
    return any(map(_is_read, _behind(symbol)))


def _behind(symbol: Symbol) -> Iterator[Symbol]:
    """A symbol and all that it is made of."""
    pending, seen = [symbol], set[int]()
    while pending:
        one = pending.pop()
        yield one
        if one.derivation is not None and id(one.derivation) not in seen:
            seen.add(id(one.derivation))
            pending.extend(one.derivation.symbols())


def _is_read(one: Symbol) -> bool:
    return _READS.search(one.written or one.name) is not None


_READS = late_pattern(r"\b(file\w*|templatefile)\(")
"""A call of a function that reads files, in an expression."""


def stood(gap: Gap, same: bool, known: Standing, things: Sequence[Redefinition], touched: Touched) -> Gap:
    """The gap, changed if what it is of, or what that rests on, evaluates otherwise, and only then.

    `same` if it was there before, named in equal words.
    """
    if gap.cause != "open" or not gap.carries_policy:
        return gap
    if gap.kind == DiagnosticKind.REMOTE_MODULE and gap.address in known.head:
        gap = _of_call(gap, known)
    if any(rests_on(gap, thing, known.head) for thing in things):
        return as_changed(gap)
    kind = DiagnosticKind(gap.kind)
    if kind is DiagnosticKind.REMOTE_MODULE and gap.address in known.head:
        return _of_module(gap, known, touched)
    if kind is DiagnosticKind.HELD_ELSEWHERE and not _is_of_its_block(gap, known):
        return gap if same or gap.changed else _on_line(as_changed(gap), _there(gap, known), touched)
    return _of_block(gap, same, kind.meaning.told_by, known, touched)


def _of_block(gap: Gap, same: bool, told_by: ToldBy, known: Standing, touched: Touched) -> Gap:
    """A gap of what a block's arguments say."""
    if gap.address in known.alike and told_by in _OF_BLOCKS:
        return as_unchanged(gap)
    if _reads_another(gap, known):
        return _on_line(as_changed(gap), known.arguments.get(gap.address, ()), touched)
    if same or gap.changed:
        return gap
    if line := touched.first_line(_chosen_anew(gap, known)):
        return _at(line, gap)
    if told_by != "attachments":
        return gap
    return _on_line(gap, known.arguments.get(gap.address, ()), touched)


def _chosen_anew(gap: Gap, known: Standing) -> tuple[Place, ...]:
    """Where the values are written that a block picks from by what is not known, where they were others before.

    An entry of a table that is another stands on no line of what picks one.
    """
    new, old = known.head.get(gap.address), known.base.get(gap.address)
    if new is None or old is None:
        return ()
    before = {each.name for each in symbols_in(old.attributes)}
    chosen = (each for each in symbols_in(new.attributes) if falls_back(each) and each.name not in before)
    return tuple(("head", step.span) for each in chosen for step in said_in(each))


def _reads_another(gap: Gap, known: Standing) -> bool:
    """Whether what a block says is read from a file that it did not name before, or that a run makes of something else:
    such a file is not here, or the text would be known."""
    new, old = known.head.get(gap.address), known.base.get(gap.address)
    if new is None or old is None:
        return False
    read = _read_by(new)
    return not read <= _read_by(old) or _is_made_anew(read, known.made)


def _read_by(one: ResourceInstance) -> frozenset[str]:
    """The expressions by which a block reads files that are not known."""
    every = (each for symbol in symbols_in(one.attributes) for each in _behind(symbol))
    return frozenset(each.name for each in every if _is_read(each))


def _is_made_anew(read: Iterable[str], made: frozenset[str]) -> bool:
    return any(f'{path}"' in expression for path in made for expression in read)


def _is_of_its_block(gap: Gap, known: Standing) -> bool:
    """Whether what is held elsewhere is held by the gap's own block, as it is; a person is put somewhere by another."""
    one = known.head.get(gap.address)
    row = None if one is None else RESOURCE_TYPES.get(one.type)
    return gap.address in known.alike and (row is None or row.principal is None)


def _there(gap: Gap, known: Standing) -> Sequence[Disposition]:
    """What became of the arguments of the block that the gap stands in."""
    every = (one for arguments in known.arguments.values() for one in arguments)
    return [one for one in every if any(_holds(span, gap) for _, span in one.places)]


def _holds(span: Span, gap: Gap) -> bool:
    return gap.file == span.file and span.line <= gap.line <= span.end_line


def _on_line(gap: Gap, arguments: Sequence[Disposition], touched: Touched) -> Gap:
    """The gap on the line that makes what is named in its block another, if one does."""
    named = (one for one in arguments if one.outcome in (ArgumentOutcome.JUDGED, ArgumentOutcome.OPEN))
    first = next(named, None)
    if first is None:
        return gap
    return _at(cause(first.places, touched), gap)


def _at(place: tuple[Side, str, int], gap: Gap) -> Gap:
    side, file, line = place
    return as_changed(dataclasses.replace(gap, side=side, file=file, line=line))


def _of_call(gap: Gap, known: Standing) -> Gap:
    """The gap with what its call names, and named before."""
    new, old = known.head[gap.address], known.base.get(gap.address)
    before = ("", "") if old is None or old.mode != new.mode else (old.type, _version(old))
    return dataclasses.replace(gap, module=CalledModule(new.type, _version(new), *before))


def _version(call: ResourceInstance) -> str:
    value = written(call, "version")
    return value.known or "" if isinstance(value, StringValue) else ""


def _of_module(gap: Gap, known: Standing, touched: Touched) -> Gap:
    """A call of a module that is not here, on the line that changes what nobody understands of it."""
    if gap.address in known.alike:
        return as_unchanged(gap)
    arguments = known.arguments.get(gap.address)
    if arguments is None:
        return gap
    open_ = [one for one in arguments if one.outcome is ArgumentOutcome.OPEN]
    if not open_:
        return as_unchanged(gap)
    return _on_line(gap, open_, touched)


def rests_on(gap: Gap, thing: Redefinition, head: Known) -> bool:
    """Whether what is not known of a block is named after a thing that is looked up otherwise."""
    one = head.get(gap.address)
    if one is None or not thing.block:
        return False
    return any(map(mentions(thing.block), symbols(one.attributes)))
