"""What a principal's whole allows within a requirement, with proof; the requirement is one more limit on it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import lru_cache

from bot.access_diff.delta import Change, PolicySet, Row
from bot.access_diff.diff import gained_by
from bot.access_diff.subjects import in_force, opaque_limits, policy_set
from bot.evaluated.diagnostic import NOWHERE
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.guard import Guard
from bot.frozen import dataclass
from bot.iam.action_glob import names_action
from bot.iam.arn import is_arn, is_everything, printed_segments, segments, service_of
from bot.iam.grant import Grant
from bot.iam.pattern import meets
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Condition, Effect, PolicyKind, Statement
from bot.late_pattern import late_pattern

_VARIABLE = late_pattern(r"[A-Za-z0-9-]+:[A-Za-z0-9/_.=+@-]+(?:\s*,\s*'[^']*')?|[*?$]")
_TIMES = ("aws:currenttime", "aws:tokenissuetime")
_MFA = "aws:multifactorauthpresent"
MAX_LINKED = 60
"""An action that is allowed on more than so many resources is not held to be about the same as the one before."""

MAX_STATEMENTS = 150
"""A principal with more statements about one action is not looked at for it."""

NOTHING = PolicySet(PolicyKind.IDENTITY, ())


@dataclass(frozen=True, slots=True)
class NeededRequests:
    """Requests that a line of a path asks for: an action on one of `resources` and none of `outside`.

    `in_view` are some of the same things by their symbols, which only matter where a statement names them.
    """

    action: str
    resources: tuple[Text, ...]
    outside: tuple[Text, ...] = ()
    conditions: tuple[Condition, ...] = ()
    in_view: tuple[Symbol, ...] = ()

    def among(self, named: frozenset[Symbol]) -> NeededRequests:
        """The same for statements that name no other symbols: to them the rest is like any resource."""
        also = (Text((one,)) for one in self.in_view if one in named)
        return NeededRequests(self.action, (*self.resources, *also), self.outside, self.conditions)

    def statements(self) -> tuple[Statement, ...]:
        """The requirement as a policy that allows nothing else."""
        allow = Statement(Effect.ALLOW, (text(self.action),), self.resources, conditions=self.conditions)
        if not self.outside:
            return (allow,)
        return (allow, Statement(Effect.DENY, (text("*"),), self.outside))


_ANY_SERVICE = ""


@dataclass(frozen=True, slots=True)
class SpokenActions:
    """The actions that a statement may be about, in small letters; an unknown pattern may be about any.

    `patterns` are those of each service, and under "" those that may be of several.
    """

    names: frozenset[str]
    patterns: dict[str, list[str]]
    is_open: bool
    negated: bool

    @classmethod
    def of(cls, statement: Statement) -> SpokenActions:
        """Those of a statement."""
        names: set[str] = set()
        patterns: dict[str, list[str]] = {}
        is_open = False
        for one in statement.actions:
            literal = one.literal
            if literal is None:
                is_open = True
            elif "*" in literal or "?" in literal:
                service = service_of(literal.lower())
                key = _ANY_SERVICE if "*" in service or "?" in service else service
                patterns.setdefault(key, []).append(literal.lower())
            else:
                names.add(literal.lower())
        return cls(frozenset(names), patterns, is_open, statement.not_action)

    def include(self, action: str) -> bool:
        """Whether the statement may be about an action."""
        name = action.lower()
        named = self.is_open or name in self.names or any(names_action(one, name) for one in self._patterns(name))
        return (not named or self.is_open) if self.negated else named

    def _patterns(self, name: str) -> Iterator[str]:
        yield from self.patterns.get(service_of(name), ())
        yield from self.patterns.get(_ANY_SERVICE, ())


@dataclass(slots=True)
class EffectivePermissions:
    """One side of a principal: its statements and the limits on them. Answers are kept."""

    whole: PolicySet
    name: str = "principal"
    not_before: str = ""
    without_mfa: bool = False
    _known: dict[NeededRequests, tuple[Change, ...]] = field(default_factory=dict)
    _may: dict[str, bool] = field(default_factory=dict)
    _everything: bool | None = field(default=None, init=False)
    _named: frozenset[Symbol] | None = field(default=None, init=False)
    _spoken: dict[int, SpokenActions] = field(default_factory=dict)

    def may(self, action: str) -> bool:
        """Whether any Allow names the action at all: a quick look before the exact one."""
        if action not in self._may:
            allowing = (one for one in self.whole.statements if one.effect is Effect.ALLOW)
            self._may[action] = any(self._speaks_of(one, action) for one in allowing)
        return self._may[action]

    @property
    def is_everything(self) -> bool:
        """Whether one statement plainly allows everything, and nothing limits or forbids."""
        if self._everything is None:
            statements = self.whole.statements
            free = not self.whole.limits and all(one.effect is Effect.ALLOW for one in statements)
            self._everything = free and any(map(_is_plainly_everything, statements))
        return self._everything

    def allowed(self, requirement: NeededRequests) -> tuple[Change, ...]:
        """What of the requirement is allowed, each row with a confirmed request."""
        requirement = requirement.among(self.named)
        if requirement not in self._known:
            whole = self._within(requirement)
            much = len(whole.statements) > MAX_STATEMENTS
            self._known[requirement] = () if much else _of_names(gained_by(NOTHING, whole, self.name))
        return self._known[requirement]

    def beyond(self, earlier: EffectivePermissions, requirement: NeededRequests) -> tuple[Change, ...]:
        """What of the requirement is allowed here and was not `earlier`."""
        requirement = requirement.among(self.named | earlier.named)
        return _of_names(gained_by(earlier._within(requirement), self._within(requirement), self.name))

    @property
    def named(self) -> frozenset[Symbol]:
        """The symbols that stand in resources of its statements and limits."""
        if self._named is None:
            every = (*self.whole.statements, *(one for limit in self.whole.limits for one in limit))
            parts = (part for one in every for text in one.resources for part in text.parts)
            self._named = frozenset(part for part in parts if isinstance(part, Symbol))
        return self._named

    def _speaks_of(self, statement: Statement, action: str) -> bool:
        spoken = self._spoken.get(id(statement))
        if spoken is None:  # the statements live as long as this does
            self._spoken[id(statement)] = spoken = SpokenActions.of(statement)
        return spoken.include(action)

    def _within(self, requirement: NeededRequests) -> PolicySet:
        limits = (tuple(_of(self._about(limit, requirement), requirement)) for limit in self.whole.limits)
        mine = tuple(_of(self._about(self.whole.statements, requirement), requirement))
        real = NeededRequests(
            requirement.action,
            requirement.resources,
            requirement.outside,
            (*requirement.conditions, *self._as_things_are()),
        )
        return PolicySet(self.whole.kind, mine, (*limits, real.statements()))

    def _about(self, statements: Iterable[Statement], requirement: NeededRequests) -> Iterator[Statement]:
        return (one for one in statements if self._speaks_of(one, requirement.action))

    def _as_things_are(self) -> Iterable[Condition]:
        """What is true of every request from now on, as far as some statement asks for it."""
        keys = {one.key.lower() for statement in self.whole.statements for one in statement.conditions}
        for key in _TIMES:
            if key in keys and self.not_before:
                yield Condition("DateGreaterThanEqualsIfExists", key, (text(self.not_before),))
        if _MFA in keys and self.without_mfa:
            yield Condition("BoolIfExists", _MFA, (text("false"),))


def _of_names(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Those whose request is about something that IAM can have: names there hold no colon.

    The account of a requirement is a star, and a star takes in colons: `arn:aws:iam::1:role/a/x:role/me` is no role,
    where all that may be done to `role/me` is denied.
    """
    return tuple(one for one in changes if one.witness is None or not _is_absurd(one.witness.resource))


def _is_absurd(resource: str) -> bool:
    parts = printed_segments(resource)
    return len(parts) == 6 and parts[2] == "iam" and ":" in _SYMBOL.sub("", parts[5])


_SYMBOL = late_pattern(r"\$\{[^}]*\}")


def holdings(
    holder: PolicySubject, grants: tuple[Grant, ...], guards: Iterable[Guard], not_before: str, *, without_mfa: bool
) -> EffectivePermissions:
    """What a principal holds by the grants that are in force under `guards`; limits nobody can see are left out."""
    # Of two statements that allow the same the first is named for a step: by where they stand, not by who comes first.
    there = tuple(sorted(in_force(grants, frozenset(guards)), key=lambda grant: _stands(grant.statement)))
    return EffectivePermissions(
        policy_set(PolicyKind.IDENTITY, there, False, opaque_limits(there)),
        holder.name,
        f"{not_before}T00:00:00Z",
        without_mfa,
    )


def _stands(statement: Statement) -> tuple[str, int, int]:
    first = statement.trail[0].span if statement.trail else NOWHERE
    return first.file, first.line, first.column


@lru_cache(maxsize=512)
def gained_rows(base: PolicySet, head: PolicySet) -> tuple[Row, ...]:
    """What one allows and the other does not; kept, as many principals hold the same, in each try of a suggestion."""
    return tuple(change.row for change in gained_by(base, head, "principal"))


def rest_of(action: str, rows: Iterable[Row], conditions: tuple[Condition, ...] = ()) -> NeededRequests:
    """The requirement that another action be allowed on what the rows speak of."""
    found = tuple(rows)
    resources = dict.fromkeys(text_of(one) for row in found for one in row.resources)
    if len(resources) > MAX_LINKED:
        return NeededRequests(action, (text("*"),), (), conditions)
    # What every row leaves out is outside; what only some do may be inside by another.
    left_out = [frozenset(row.except_resources) for row in found]
    outside = frozenset.intersection(*left_out) if left_out else frozenset()
    return NeededRequests(action, tuple(resources), tuple(map(text_of, sorted(outside))), conditions)


def text_of(printed: str) -> Text:
    """Printed policy vocabulary read back: `${aws_sqs_queue.q.arn}` is a symbol, `${aws:username}` stays text."""
    parts: list[str | Symbol] = []
    at = 0
    while at < len(printed):
        start = printed.find("${", at)
        end = _closing(printed, start) if start >= 0 else -1
        if start < 0 or end < 0:
            parts.append(printed[at:])
            break
        inner = printed[start + 2 : end]
        if _VARIABLE.fullmatch(inner):
            parts.append(printed[at : end + 1])
        else:
            parts += [printed[at:start], Symbol(inner)]
        at = end + 1
    return joined(*parts)


def joined(*parts: str | Symbol | Text) -> Text:
    """One text of several pieces, literal neighbours put together."""
    flat: list[str | Symbol] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif piece != "":
                flat.append(piece)
    return Text(tuple(flat))


def _closing(printed: str, start: int) -> int:
    depth = 0
    for index in range(start + 1, len(printed)):
        if printed[index] == "{":
            depth += 1
        elif printed[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return -1


def _of(statements: Iterable[Statement], requirement: NeededRequests) -> Iterator[Statement]:
    """What of some statements about its action a requirement is about: without resources that are none of its.

    Stars may take in colons, so that patterns of different things have absurd names in common, and many of them.
    """
    # No ARN that is written out is one of which only a symbol tells how it begins.
    wanted = tuple(_segments(one) for one in requirement.resources if not _begins_open(one))
    for one in statements:
        kept = tuple(text for text in one.resources if _may_meet(_segments(text), wanted))
        if one.not_resource or len(kept) == len(one.resources):
            yield one
        elif kept:
            yield dataclasses.replace(one, resources=kept)


def _begins_open(text: Text) -> bool:
    return bool(text.parts) and isinstance(text.parts[0], Symbol)


_Segments = tuple[str, ...]
_ANY_SYMBOL = "\ufffc"


def _segments(text: Text) -> _Segments:
    """The six parts of an ARN, each symbol as a word of its own; () for what is not plainly written as six parts.

    `arn:aws:lambda:*:function:f` has a star for region and account together.
    """
    plain = "".join(_OPEN_VARIABLE.sub("*", part) if isinstance(part, str) else _word(part) for part in text.parts)
    parts = tuple(segments(plain)) if is_arn(plain) else ()
    return parts if len(parts) == 6 and _ACCOUNT.fullmatch(parts[4]) else ()


def _word(symbol: Symbol) -> str:
    """A symbol as one word, whatever colons are in its name."""
    hidden = symbol.name.replace(":", "\x00")
    return f"{_ANY_SYMBOL}{hidden}{_ANY_SYMBOL}"


_ACCOUNT = late_pattern(rf"\d*|[*?]+|aws|{_ANY_SYMBOL}.*")
_OPEN_VARIABLE = late_pattern(r"\$\{[^}]*\}")


def _may_meet(segments: _Segments, wanted: Iterable[_Segments]) -> bool:
    """Whether a resource shares an ARN with one that is wanted, part by part; what has no parts may be any."""
    return not segments or any(
        not other or all(meets(mine, theirs) for mine, theirs in zip(segments, other, strict=True)) for other in wanted
    )


def _is_plainly_everything(statement: Statement) -> bool:
    plain = not (statement.not_action or statement.not_resource or statement.conditions)
    return plain and all(
        any(is_everything(str(one)) for one in said) for said in (statement.actions, statement.resources)
    )


def allows_everything(statement: Statement) -> bool:
    """Whether it is Allow, everything, on everything, and nothing else."""
    everything = [str(one) for one in (*statement.actions, *statement.resources)] == ["*", "*"]
    return statement.effect is Effect.ALLOW and not statement.conditions and everything
