"""Policy documents read into statements, and what in them could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from bot.evaluated.derived import looked_up_by, roots
from bot.evaluated.diagnostic import Diagnostic, StepKind, Trail, join_trails, origin
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Array, Hole, JsonScalar, Member, Node, Object, Symbol, Text
from bot.frozen import dataclass
from bot.iam.arn import around_no_account
from bot.iam.condition import read_operator
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement

VERSIONS = ("2012-10-17", "2008-10-17")

_TOO_MUCH = "split the policy, or bound the expression"
"""What to do where a bound of ours left an element open: it is not the root module that is too large."""


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """Something in a policy that is malformed, unknown or probably a mistake, and the trail of where it is written.

    `blind` tells that the statements read do not say all of what the document may allow. `unknown` are the symbols that
    stand where it is.
    """

    diagnostic: Diagnostic
    trail: Trail
    blind: bool = True
    unknown: frozenset[Symbol] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of one document, in order, and its problems."""

    statements: tuple[Statement, ...]
    problems: tuple[PolicyProblem, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the statements say all of what the document allows."""
        return not any(problem.blind for problem in self.problems)


def parse_policy(document: Node, kind: PolicyKind) -> Policy:
    """Read a policy document; never raises: what cannot be read is a problem of the policy.

    An element that only Terraform or AWS will know (a Hole) stays in the statement as a symbol, equal
    to itself, and is a problem "unresolved-element" ("over-budget" if a bound of ours left it); only one that may hide
    actions or whole statements is blind.
    """
    reader = _PolicyReader(kind)
    statements = tuple(reader.document(document))
    return Policy(statements, tuple(reader.problems))


@dataclass(slots=True)
class _PolicyReader:
    """Collects problems while reading one document."""

    kind: PolicyKind
    problems: list[PolicyProblem] = field(default_factory=list)
    version: str = "2008-10-17"

    def malformed(self, reason: str, trail: Trail, *, blind: bool = True) -> None:
        found = Diagnostic.of(DiagnosticKind.MALFORMED_POLICY, reason, origin(trail))
        self.problems.append(PolicyProblem(found, trail, blind))

    def unresolved(self, what: str, symbol: Symbol, trail: Trail, *, blind: bool = True) -> None:
        kind = DiagnosticKind.OVER_BUDGET if symbol.limit else DiagnosticKind.UNRESOLVED_ELEMENT
        faults = (each.fault.meaning.remedy for each in (symbol, *roots(symbol)) if each.fault is not None)
        remedy = _TOO_MUCH if symbol.limit else next(filter(None, faults), kind.meaning.remedy)
        found = Diagnostic(kind, f"{what} is {symbol}", symbol.reason, origin(trail), remedy)
        where = join_trails(trail, looked_up_by([symbol]))
        self.problems.append(PolicyProblem(found, where, blind, frozenset((symbol,))))

    def document(self, node: Node) -> Iterator[Statement]:
        if isinstance(node, Hole):
            self.unresolved("the policy", node.symbol, node.trail)
            return
        if not isinstance(node, Object):
            self.malformed("a policy is an object with a Statement", node.trail)
            return
        elements = self._elements(node, _POLICY_ELEMENTS)
        self._read_version(elements.get("version"))
        statements = elements.get("statement")
        if statements is None:
            self.malformed("the policy has no Statement", node.trail, blind=False)
            return
        for item in _items(statements.value):
            statement = self._statement(item)
            if statement is not None:
                yield statement

    def _elements(self, node: Object, known: frozenset[str]) -> Mapping[str, Member]:
        found: dict[str, Member] = {}
        for member in node.members:
            name = str(member.key).lower()
            if name not in known:
                self.malformed(f"there is no element {member.key}", _place(member), blind=False)
            if name in found:
                self.malformed(f"the element {member.key} is there twice", _place(member))
            found[name] = member
        return found

    def _read_version(self, member: Member | None) -> None:
        if member is None:
            return
        if isinstance(member.value, Hole):
            self.version = VERSIONS[0]
            self.unresolved("Version", member.value.symbol, _place(member))
            return
        written = str(member.value) if isinstance(member.value, Text) else ""
        if written in VERSIONS:
            self.version = written
        else:
            self.version = VERSIONS[0]
            self.malformed(f"Version is neither of {' and '.join(VERSIONS)}", _place(member))

    def _statement(self, node: Node) -> Statement | None:
        if isinstance(node, Hole):
            self.unresolved("a statement", node.symbol, node.trail)
            return None
        if not isinstance(node, Object):
            self.malformed("a statement is an object", node.trail)
            return None
        elements = self._elements(node, _STATEMENT_ELEMENTS)
        effect = self._effect(elements.get("effect"), node.trail)
        actions, not_action = self._either(elements, "action", node.trail)
        resources, not_resource = self._resources(elements, node.trail)
        principals = self._principals(elements, node.trail)
        if effect is None or actions is None or resources is None:
            return None
        if principals is None and self.kind in _WITH_PRINCIPAL:
            return None
        sid = elements.get("sid")
        return Statement(
            effect=effect,
            actions=actions,
            resources=resources,
            not_action=not_action,
            not_resource=not_resource,
            principals=principals,
            conditions=tuple(self._conditions(elements.get("condition"))),
            sid=str(sid.value) if sid is not None and isinstance(sid.value, Text) else "",
            version=self.version,
            trail=node.trail,
        )

    def _effect(self, member: Member | None, trail: Trail) -> Effect | None:
        if member is None:
            self.malformed("a statement has no Effect", trail)
            return None
        if isinstance(member.value, Hole):
            self.unresolved("Effect", member.value.symbol, _place(member))
            return None
        written = member.value.literal if isinstance(member.value, Text) else None
        spelled = (written or "").capitalize() if self.kind is PolicyKind.TRUST else written
        if spelled not in ("Allow", "Deny"):
            self.malformed("Effect is neither Allow nor Deny", _place(member))
            return None
        if written != spelled:
            # Modules that are in use write so; policies of other kinds are refused ("failed legacy parsing").
            self.malformed(f"Effect is {written}, which AWS documents as {spelled}", _place(member), blind=False)
        return Effect(spelled)

    def _either(self, elements: Mapping[str, Member], name: str, trail: Trail) -> tuple[tuple[Text, ...] | None, bool]:
        """The texts of an element or of its Not- form, and whether it was that; None if it has none or is not there."""
        plain, negated = elements.get(name), elements.get(f"not{name}")
        if plain is not None and negated is not None:
            self.malformed(f"a statement has {name.title()} and Not{name.title()}", trail)
            return None, False
        member = plain or negated
        if member is None:
            self.malformed(f"a statement has no {name.title()}", trail)
            return None, False
        known = len(self.problems)
        texts = self._texts(member, name.title())
        if not texts and len(self.problems) == known:
            # No action or resource hides nothing; none that is left out may.
            self.malformed(f"{member.key} is empty, which AWS refuses", _place(member), blind=negated is not None)
        # No text means anything only where no element is written (trust policies): an element that holds nothing, or
        # null, makes a statement that AWS refuses, and that allows nothing.
        return texts or None, negated is not None

    def _resources(self, elements: Mapping[str, Member], trail: Trail) -> tuple[tuple[Text, ...] | None, bool]:
        written = elements.get("resource") or elements.get("notresource")
        if self.kind is PolicyKind.TRUST:
            if written is not None:
                self.malformed("a trust policy has no Resource", _place(written), blind=False)
            return (), False
        if written is None and self.kind is PolicyKind.RESOURCE:
            return (), False
        return self._either(elements, "resource", trail)

    def _texts(self, member: Member, what: str) -> tuple[Text, ...]:
        """The strings of a scalar or list; a Hole is a symbol, what is no string a problem.

        Which resource, principal or value a symbol is changes no verdict, and it is printed; which action it is does.
        """
        found = []
        for item in _items(member.value):
            trail = _place(Member(member.key, item, member.trail))
            if isinstance(item, Hole):
                self.unresolved(what, item.symbol, trail, blind=what.lower().endswith("action"))
                found.append(Text((item.symbol,), trail))
            elif isinstance(item, Text):
                found.append(item if item.trail else Text(item.parts, trail))
            elif isinstance(item, JsonScalar) and item.value is not None:
                found.append(Text((_scalar(item.value),), trail))
            else:
                self.malformed(f"{what} holds something that is not a string", trail)
        return tuple(found)

    def _principals(self, elements: Mapping[str, Member], trail: Trail) -> Principals | None:
        member = elements.get("principal") or elements.get("notprincipal")
        if self.kind not in _WITH_PRINCIPAL:
            if member is not None:
                self.malformed("an identity policy has no Principal", _place(member), blind=False)
            return None
        if member is None:
            self.malformed("a statement has no Principal", trail)
            return None
        entries, negated = tuple(self._entries(member)), str(member.key).lower() == "notprincipal"
        if negated and not entries:
            return None  # read as everyone otherwise; AWS refuses it, and the problem is named
        return Principals(entries, negated, _place(member))

    def _entries(self, member: Member) -> Iterator[PrincipalEntry]:
        value = member.value
        if isinstance(value, Hole):
            self.unresolved("Principal", value.symbol, _place(member))
            yield PrincipalEntry("AWS", Text((value.symbol,), _place(member)))
        elif isinstance(value, Text):
            if value.literal == "*":
                yield PrincipalEntry("*", value if value.trail else Text(value.parts, _place(member)))
            else:
                self.malformed("Principal is neither * nor an object", _place(member))
        elif isinstance(value, Object):
            for inner in value.members:
                kind = _PRINCIPAL_TYPES.get(str(inner.key).lower())
                if kind is None:
                    self.malformed(f"there is no principal type {inner.key}", _place(inner))
                    continue
                yield from self._named(kind, inner, negated=str(member.key).lower() == "notprincipal")
        else:
            self.malformed("Principal is neither * nor an object", _place(member))

    def _named(self, kind: str, member: Member, *, negated: bool) -> Iterator[PrincipalEntry]:
        """The principals of one type; an empty one is nobody, and AWS refuses a policy that names it."""
        known = len(self.problems)
        texts = self._texts(member, "Principal") or (() if negated else (Text((), _place(member)),))
        found = tuple(map(_left_to_others, texts))
        named = tuple(one for one in found if one.literal != "")
        if len(named) < max(len(found), 1) and len(self.problems) == known:
            self.malformed(f"a principal of type {kind} is empty, which AWS refuses", _place(member), blind=False)
        for identifier in found if negated else named:
            yield PrincipalEntry(kind, identifier)

    def _conditions(self, member: Member | None) -> Iterator[Condition]:
        if member is None:
            return
        if isinstance(member.value, Hole):
            yield self._unresolved_condition("", member.value, _place(member))
            return
        if not isinstance(member.value, Object):
            self.malformed("Condition is not an object", _place(member))
            yield Condition("malformed", str(member.key), (), _place(member))
            return
        for operator in member.value.members:
            yield from self._operator(operator)

    def _operator(self, operator: Member) -> Iterator[Condition]:
        name = str(operator.key)
        if read_operator(name) is None:
            place = _place(operator)
            found = Diagnostic.of(
                DiagnosticKind.UNKNOWN_OPERATOR, f"there is no condition operator {name}", origin(place)
            )
            self.problems.append(PolicyProblem(found, place))
        if isinstance(operator.value, Hole):
            yield self._unresolved_condition(name, operator.value, _place(operator))
            return
        if not isinstance(operator.value, Object):
            self.malformed(f"{name} is not an object of condition keys", _place(operator))
            yield Condition("malformed", name, (), _place(operator))
            return
        for key in operator.value.members:
            yield Condition(name, str(key.key), self._texts(key, f"{name} {key.key}"), _place(key))

    def _unresolved_condition(self, operator: str, hole: Hole, trail: Trail) -> Condition:
        self.unresolved("Condition", hole.symbol, trail)
        return Condition(f"unresolved {operator}".strip(), str(hole.symbol), (), trail)


_POLICY_ELEMENTS = frozenset(("version", "id", "statement"))
_STATEMENT_ELEMENTS = frozenset(
    (
        "sid",
        "effect",
        "principal",
        "notprincipal",
        "action",
        "notaction",
        "resource",
        "notresource",
        "condition",
    )
)
_WITH_PRINCIPAL = (PolicyKind.RESOURCE, PolicyKind.TRUST)
_PRINCIPAL_TYPES = {name.lower(): name for name in ("AWS", "Service", "Federated", "CanonicalUser")}


def _items(node: Node) -> tuple[Node, ...]:
    """A list's items; anything else is a list of one."""
    return node.items if isinstance(node, Array) else (node,)


def _place(member: Member) -> Trail:
    return join_trails(member.value.trail, member.trail)


def _scalar(value: bool | int | float) -> str:
    """How IAM writes a boolean or number as a string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    whole = isinstance(value, int) or value.is_integer()
    return str(int(value)) if whole else repr(value)


def _left_to_others(name: Text) -> Text:
    """A principal's name, with the variable of which only a default that names nobody is known: somebody sets it."""
    named = [step for step in name.trail if step.defaulted]
    if name.literal == "" and named:
        return Text((_of_nobody(named[0].defaulted),), name.trail)
    empty = dict.fromkeys(step.defaulted for step in named if step.kind is StepKind.LACKING)
    parts = _with_account(name.parts, _of_nobody(" or ".join(empty))) if empty else name.parts
    return Text(tuple(parts), name.trail)


def _of_nobody(variable: str) -> Symbol:
    return Symbol(variable, f"{variable} names nobody by default, which AWS refuses")


def _with_account(parts: Iterable[str | Symbol], account: Symbol) -> Iterator[str | Symbol]:
    """The parts of an ARN, with the account in the empty place of one of IAM: no principal is without."""
    for part in parts:
        around = around_no_account(part) if isinstance(part, str) else None
        yield from (part,) if around is None else (around[0], account, around[1])
