"""Which lines of the change cause a gain: where the author has to edit."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Iterator, Sequence

from bot.access_diff.delta import Change, HolderDelta, Row
from bot.evaluated.derived import looked_up_by
from bot.evaluated.diagnostic import Side, Span, Step, StepKind, Trail
from bot.evaluated.touched import Touched
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.statement import PolicyKind, Statement, symbols_of
from bot.late_pattern import late_pattern
from bot.review.model import Location, TrailStep


class StatementElement(enum.Enum):
    """Elements of a statement that a rule can point at; the action is where a new statement's cause is by itself."""

    RESOURCES = enum.auto()
    PRINCIPALS = enum.auto()


@dataclass(frozen=True, slots=True)
class Cause:
    """The causing lines, the way the value took from there outwards, and the edit they belong to.

    `edit` is the run of touched lines around the location (or the location itself): equal edits are
    one edit. `is_exact` if no other touched line may be it: else nothing of it is touched, or several lines of a block
    are, of which it is one.
    """

    location: Location
    trail: tuple[TrailStep, ...]
    edit: tuple[Side, str, int]
    is_exact: bool = True


def cause_of(change: Change, holder: HolderDelta, touched: Touched, side: Side = "head") -> Cause:
    """The cause of one change; `side` is where the row stands: "head" for gained, "base" for lost."""
    other: Side = "base" if side == "head" else "head"
    own = _trails(change)
    attachments = _attachments(change, holder, side)
    removed_first = bool(change.removed) and not _elements_touched(change, own, touched, side)
    searches: list[tuple[Sequence[Trail], Side]] = [(own, side), (attachments, side), (change.removed, other)]
    if removed_first:
        searches = [(_pointing((*own, *attachments)), side), (change.removed, other), *searches[:2]]
    else:
        searches = [(_uses(own, change.statement), side), (_uses(attachments, change.statement), side), *searches]
    searches.append((tuple(_looked_up(change, holder, side)), side))
    if side == "head" and holder.head is not None:
        # An attachment, a membership or a boundary that is gone at base side only.
        searches.append((tuple(grant.attachment for grant in holder.base_grants), "base"))
    if side == "head" and holder.kind is PolicyKind.LIMIT:
        # A policy that only limits, and is gone from a resource that stays.
        searches.append((tuple(grant.statement.trail for grant in holder.base_grants), "base"))
    if side == "base" and holder.kind is PolicyKind.LIMIT:
        # What only limits, and is new.
        searches.append((tuple(grant.attachment for grant in holder.grants), "head"))
    return _first(searches, (*own, *attachments), touched, side)


def _uses(trails: Iterable[Trail], statement: Statement) -> tuple[Trail, ...]:
    """The trails without what only spells a name: where a resource that is pointed at is called so, and defaults.

    Which table a policy is about is decided where the policy says it, not where the table is given its name.
    """
    actions = {text.trail for text in statement.actions}
    return tuple(trail if trail in actions else tuple(_without_names(trail)) for trail in trails)


def _pointing(trails: Iterable[Trail]) -> tuple[Trail, ...]:
    """Of what puts a policy in force the references to its document: another document has no such condition."""
    return tuple(tuple(step for step in trail if step.what.endswith(_DOCUMENT)) for trail in trails)


_DOCUMENT = (".policy", ".policy_arn", ".json")


def _without_names(trail: Trail) -> Iterator[Step]:
    """Its steps, value by value: an argument of the block that the values are written in ends one."""
    value: list[Step] = []
    for step in trail:
        value.append(step)
        if step.kind is StepKind.DEFAULT:
            value.clear()
        elif _is_said_anew(value):
            value = [step]
        elif step.kind is StepKind.ADDRESS and _ARGUMENT.search(step.what):
            yield from value
            value = []
    yield from value


def _is_said_anew(value: Sequence[Step]) -> bool:
    """Whether the last step names a thing by what its name goes through: an output, a template's variable."""
    *before, step = value
    if step.kind is StepKind.ADDRESS and _POINTS.search(step.what):
        return True
    if not before:
        return False
    if before[-1].what.startswith("output "):
        return step.kind is StepKind.ADDRESS and _HANDED_ON.search(step.what) is not None
    named = before[0].kind is StepKind.ADDRESS and (_POINTS.search(before[0].what) or _HANDED_ON.search(before[0].what))
    return bool(named) and step.kind is StepKind.OTHER and not step.span.file.endswith(_CONFIGURATION)


_CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json", ".hcl")
_HANDED_ON = late_pattern(r"\Amodule\.\S+[._](?:arn|id|name|url)\Z")
"""The reference to a module's output by which a resource is named."""

_POINTS = late_pattern(
    r"\A(?:aws_\w+\.[\w-]+(?:\[[^\]]*\])?\.(?:arn|id|name|bucket|unique_id|url|key_id)"
    r"|data\.aws_\w+\.[\w-]+(?:\[[^\]]*\])?\.arn)\Z"
)
"""The reference to an attribute by which a resource is named."""

_NAMES = late_pattern(
    r"\A(?:module\.\S+ argument |inputs\.)(?:(?:\w+_)?(?:name|name_prefix|prefix|tags|description)|environment)\Z"
)
"""The argument of a module call, or the input of a unit, by which something is called."""

_BLOCK = late_pattern(r"\A(?:module\.[\w-]+(?:\[[^\]]*\])?\.?)*(?:aws_\w+\.[\w-]+(?:\[[^\]]*\])?)?\Z")
_ARGUMENT = late_pattern(r"\A(?:module\.\S+\.)?aws_\w+\.")


def causes_by_element(change: Change, touched: Touched) -> tuple[tuple[StatementElement, Cause], ...]:
    """Where a statement that is new as a whole says on what it is, and to whom, if touched.

    Its lines are all touched: which of them has to be edited depends on what is wrong with it.
    """
    if change.before is not None:
        return ()
    statement = change.statement
    everything = [text.trail for text in statement.resources if text.literal == "*"]
    entries = statement.principals.entries if statement.principals is not None else ()
    new = {one.name for one in change.row.principals}
    subjects = [one.trail for each in statement.conditions if each.key.endswith(_SUBJECT) for one in each.values]
    let_in = subjects if len(subjects) == 1 else []  # of several it is not known which is new
    let_in += [one.identifier.trail for one in entries if str(one.identifier) in new]
    found = []
    for element, trails in ((StatementElement.RESOURCES, everything), (StatementElement.PRINCIPALS, let_in)):
        place = _innermost(trails, touched, "head")
        if place is not None:
            found.append((element, _cause(*place, touched, "head")))
    return tuple(found)


_SUBJECT = ":sub"
"""How the key ends by which a statement says whose tokens of a provider it lets in."""


def cause_of_action(action: str, change: Change, known: Cause, touched: Touched, side: Side) -> Cause:
    """The line of the action that a gain is named after, where its cause is the line of another action.

    The worst of what a change adds to a list of actions is what has to be looked at.
    """
    lines = {
        (text.trail[0].span.file, text.trail[0].span.line): text for text in change.statement.actions if text.trail
    }
    place = (known.location.file, known.location.line)
    named = next((text for text in lines.values() if str(text).lower() == action.lower()), None)
    if named is None or place not in lines or not touched.touches(named.trail[0].span, side):
        return known
    found = _cause(named.trail, 0, touched, side)
    return dataclasses.replace(found, edit=known.edit)


def cause_at(trail: Trail, touched: Touched) -> Cause:
    """The cause of something at head that is written in one place."""
    return _first([((trail,), "head")], (trail,), touched, "head")


def _first(
    searches: Sequence[tuple[Sequence[Trail], Side]], otherwise: tuple[Trail, ...], touched: Touched, side: Side
) -> Cause:
    for names in (False, True):  # what only says how a thing is called is the last choice
        for trails, where in searches:
            found = _innermost(trails, touched, where, names)
            if found:
                trail, index = found
                return _cause(trail, index, touched, where)
    return _outermost(otherwise, touched, side)


def _trails(change: Change) -> tuple[Trail, ...]:
    """The trails of the change's elements, those first whose element is what differs from before."""
    before, row = change.before, change.row
    if before is None:
        return change.causes
    same = _as_before(change.statement, before, row)
    principals = change.statement.principals
    # A grant by arguments alone has its action from who is let in.
    who = [entry.identifier.trail for entry in principals.entries] if principals is not None else []
    return tuple(sorted(change.causes, key=lambda trail: trail in same and trail not in who))


def _as_before(statement: Statement, before: Row, row: Row) -> list[Trail]:
    """The trails of the actions and of the resources, if they are what they were."""
    same: list[Trail] = []
    if before.actions == row.actions and before.except_actions == row.except_actions:
        same += [text.trail for text in statement.actions]
    if before.resources == row.resources and before.except_resources == row.except_resources:
        same += [text.trail for text in statement.resources]
    return same


def _attachments(change: Change, holder: HolderDelta, side: Side) -> tuple[Trail, ...]:
    grants = holder.grants if side == "head" else holder.base_grants
    return tuple(grant.attachment for grant in sorted(grants, key=lambda grant: not _is_of(grant, change)))


def _looked_up(change: Change, holder: HolderDelta, side: Side) -> Iterator[Trail]:
    """The places that say what is looked up by which the statement, or whether it holds, is what it is."""
    yield looked_up_by(symbols_of(change.statement))
    for grant in holder.grants if side == "head" else holder.base_grants:
        if _is_of(grant, change):
            yield looked_up_by(variable for guard in grant.guards for variable in guard.variables)


def _is_of(grant: Grant, change: Change) -> bool:
    return grant.statement == change.statement and grant.statement.trail == change.statement.trail


def _elements_touched(change: Change, trails: Iterable[Trail], touched: Touched, side: Side) -> bool:
    """Whether the change touches an element itself, and not merely a block that holds it."""
    whole = change.statement.trail
    parts = (trail for trail in trails if trail != whole)
    return any(touched.touches(step.span, side) for trail in parts for step in trail if step not in whole)


def _innermost(trails: Sequence[Trail], touched: Touched, side: Side, names: bool = True) -> tuple[Trail, int] | None:
    """The touched step that says most exactly where: fewest lines, then innermost, then the first trail's.

    What a data file says is innermost wherever it comes in: one edits it, and not what reads it. `names` is whether it
    may be an argument that only says how a thing is called.
    """
    every = tuple(dict.fromkeys(trails))
    # The block around a value begins the trail of the statement and ends the value's.
    around: dict[Step, int] = {}
    for trail in every:
        around |= {step: max(at, around.get(step, 0)) for at, step in enumerate(trail) if step.what.endswith(" block")}
    places = (
        (_vagueness(step, around.get(step, index), order), order, index)
        for order, trail in enumerate(every)
        for index, step in _searched(trail, names)
        if not step.span.is_pattern and touched.touches(step.span, side)
    )
    best = min(places, default=None)
    if best is None:
        return None
    _, order, index = best
    return every[order], _maker(every[order], index, touched, side)


def _vagueness(step: Step, index: int, order: int) -> tuple[int, int, int, bool]:
    is_data = not step.span.file.endswith(_CONFIGURATION)
    return (step.span.end_line - step.span.line, 0 if is_data else index, order, not is_data)


def _searched(trail: Trail, names: bool) -> Iterator[tuple[int, Step]]:
    """Its steps by index, without the lines that only say how a thing is called if they are not asked for."""
    naming = frozenset[tuple[str, int]]() if names else _naming_lines(trail)
    return ((at, step) for at, step in enumerate(trail) if (step.span.file, step.span.line) not in naming)


def _naming_lines(trail: Trail) -> frozenset[tuple[str, int]]:
    """The lines of the arguments that only say how a thing is called, and of the texts that they are given there."""
    return frozenset((step.span.file, step.span.line) for step in trail if _NAMES.search(step.what))


def _maker(trail: Trail, index: int, touched: Touched, side: Side) -> int:
    """The provider, in place of the first line of a block: one that gets another name and another provider, and of
    which what is between stays, is there as before but for whose account it is in."""
    step = trail[index]
    if step.kind is not StepKind.ADDRESS or not _BLOCK.match(step.what):
        return index
    for at, other in enumerate(trail):
        if other.kind is StepKind.MAKER and other.span.file == step.span.file and touched.touches(other.span, side):
            is_apart = _run_start(other.span.file, other.span.line, touched, side) > step.span.line
            return at if is_apart else index
    return index


def _cause(trail: Trail, index: int, touched: Touched, side: Side) -> Cause:
    span = trail[index].span
    runs = tuple(runs_in(span, touched, side))
    first, last = next(iter(runs), (span.line, span.end_line))  # git may show no lines of it
    start = _run_start(span.file, first, touched, side)
    said = next((line for line in touched.code_lines(span, side) if first <= line <= last), first)
    location = Location(span.file, said, last, side)
    return Cause(location, _steps(trail, side), (side, span.file, start), len(runs) < 2)


def _steps(trail: Trail, side: Side) -> tuple[TrailStep, ...]:
    """The trail in one step a line, each by its outermost name; brackets and blocks around it say nothing."""
    lines: dict[tuple[str, int], str] = {}
    for index, step in enumerate(trail):
        place = (step.span.file, step.span.line)
        if index == 0 or step.kind is not StepKind.AROUND:
            lines[place] = step.what
    return tuple(TrailStep(file, line, side, what) for (file, line), what in lines.items())


def _outermost(trails: Sequence[Trail], touched: Touched, side: Side) -> Cause:
    """Nothing of it was touched: the outermost place in a touched file, else the outermost place."""
    places = [(trail, step) for trail in trails for step in reversed(trail) if not step.span.is_pattern]
    files = touched.by_head if side == "head" else touched.by_base
    trail, step = next(((t, s) for t, s in places if s.span.file in files), places[0] if places else ((), None))
    if step is None:
        return Cause(Location("", 0, 0, side), (), (side, "", 0), is_exact=False)
    span = step.span
    return Cause(
        Location(span.file, span.line, span.end_line, side), _steps(trail, side), (side, span.file, span.line), False
    )


def runs_in(span: Span, touched: Touched, side: Side) -> Iterator[tuple[int, int]]:
    """The runs of touched lines inside a span, as (first, last)."""
    lines = _lines(span.file, touched, side)
    inside = sorted(line for line in lines if span.line <= line <= span.end_line)
    start = None
    for position, line in enumerate(inside):
        start = line if start is None else start
        if position + 1 == len(inside) or inside[position + 1] != line + 1:
            yield start, line
            start = None


def _run_start(file: str, line: int, touched: Touched, side: Side) -> int:
    lines = _lines(file, touched, side)
    while line - 1 in lines:
        line -= 1
    return line


def _lines(file: str, touched: Touched, side: Side) -> frozenset[int]:
    change = (touched.by_head if side == "head" else touched.by_base).get(file)
    if change is None:
        return frozenset()
    return change.added if side == "head" else change.removed
