"""Condition keys as the solver's variables, and condition operators as predicates over them."""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import z3

from bench.smt.document import Condition, Statement, Unsupported
from bench.smt.languages import segmentwise
from bench.smt.strings import ARN, Strings
from bench.smt.text import ARN_SEGMENTS, Part, Variable, arn_segments, parts

_OPERATOR = re.compile(
    r"(?:(forallvalues|foranyvalue):)?(string|numeric|date|bool|binary|arn|null|ipaddress|notipaddress)(not)?"
    r"(equals|equalsignorecase|like|lessthan|lessthanequals|greaterthan|greaterthanequals)?(ifexists)?"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a key: `filled` if the request has it; the name of its text, it as a number, as an address."""

    filled: z3.BoolRef
    text: str
    number: z3.ArithRef
    address: z3.ArithRef
    is_v6: z3.BoolRef


class Keys:
    """The condition keys of one pair of policies.

    A key that is asked about with ForAllValues or ForAnyValue has as many values as there are questions about it:
    each question needs at most one of its own to be met or to fail. Any other key has one value.
    """

    def __init__(self, statements: Iterable[Statement], strings: Strings) -> None:
        self._strings = strings
        asked: dict[str, set[Condition]] = {}
        for statement in statements:
            for condition in statement.conditions:
                asked.setdefault(condition.key, set()).add(condition)
        self._sizes = {key: len(some) for key, some in asked.items() if any(":" in one.operator for one in some)}
        self._slots: dict[str, list[Slot]] = {}

    def slots(self, key: str) -> list[Slot]:
        """The places for the key's values, filled from the first on."""
        if key not in self._slots:
            found = [_slot(f"{key}#{number}") for number in range(self._sizes.get(key, 1))]
            self._slots[key] = found
            self._strings.definitions += [_is_address(slot) for slot in found]
            self._strings.definitions += [z3.Implies(b.filled, a.filled) for a, b in itertools.pairwise(found)]
        return self._slots[key]

    def present(self, key: str) -> z3.BoolRef:
        """Whether the request has the key; without a value it has not."""
        return self.slots(key)[0].filled

    def value(self, key: str) -> tuple[z3.BoolRef, str]:
        """What a policy variable is replaced by."""
        first = self.slots(key)[0]
        return first.filled, first.text

    def in_view(self) -> dict[str, list[Slot]]:
        """The keys that the formulas made so far ask about."""
        return dict(self._slots)

    def holds(self, condition: Condition, *, variables: bool) -> z3.BoolRef:
        """Whether a condition is met."""
        match = _OPERATOR.fullmatch(condition.operator)
        if match is None:
            raise Unsupported(f"operator {condition.operator}")
        quantifier, family, negation, relation, if_exists = match.groups()
        if family == "null":
            return self._null(condition)
        negated = bool(negation) or family == "notipaddress"
        slots = self.slots(condition.key)
        accepted = []
        for slot in slots:
            one = z3.Or(*(self._compare(slot, family, relation, text, variables) for text in condition.values))
            accepted.append(z3.Not(one) if negated else one)
        every = quantifier == "forallvalues" or (negated and quantifier is None)
        if every:
            met = z3.And(*(z3.Implies(slot.filled, one) for slot, one in zip(slots, accepted, strict=True)))
        else:
            met = z3.Or(*(z3.And(slot.filled, one) for slot, one in zip(slots, accepted, strict=True)))
        # All values of a missing key pass and none does, so only IfExists has to say more.
        return z3.Or(z3.Not(self.present(condition.key)), met) if if_exists else met

    def _null(self, condition: Condition) -> z3.BoolRef:
        there = self.present(condition.key)
        wanted = {text.lower() for text in condition.values}
        return z3.Or(*([z3.Not(there)] if "true" in wanted else []), *([there] if "false" in wanted else []))

    def _compare(self, slot: Slot, family: str, relation: str | None, text: str, variables: bool) -> z3.BoolRef:
        if family in ("string", "binary", "bool", "arn"):
            return self._compare_text(slot, family, relation or "equals", text, variables)
        if "${" in text and variables:
            raise Unsupported("a policy variable as a number or an address")
        if family in ("numeric", "date"):
            return _in_order(slot.number, relation or "equals", _number(text) if family == "numeric" else _moment(text))
        return _in_network(slot, text)

    def _compare_text(self, slot: Slot, family: str, relation: str, text: str, variables: bool) -> z3.BoolRef:
        wanted = parts(text, variables=variables, globs=relation == "like" or family == "arn")
        if family == "arn":
            return self._arn(slot, wanted)
        return self._strings.matches(
            slot.text, wanted, self.value, caseless=family == "bool" or relation == "equalsignorecase"
        )

    def _arn(self, slot: Slot, wanted: tuple[Part, ...]) -> z3.BoolRef:
        """Segment by segment; an ARN with policy variables is taken apart into strings of their own."""
        segments = arn_segments(wanted)
        if len(segments) < ARN_SEGMENTS:
            return self._strings.matches(slot.text, wanted, self.value)
        if not any(isinstance(part, Variable) for part in wanted):
            return self._strings.is_in(slot.text, segmentwise(wanted))
        names = self._strings.taken_apart(slot.text)
        is_arn = self._strings.is_in(slot.text, ARN)
        each = (self._strings.matches(name, some, self.value) for name, some in zip(names, segments, strict=True))
        return z3.And(is_arn, *each)


def _slot(name: str) -> Slot:
    return Slot(
        z3.Bool(f"{name} filled"),
        name,
        z3.Real(f"{name} number"),
        z3.Int(f"{name} address"),
        z3.Bool(f"{name} v6"),
    )


def _is_address(slot: Slot) -> z3.BoolRef:
    highest = z3.If(slot.is_v6, z3.IntVal(2**128 - 1), z3.IntVal(2**32 - 1))
    return z3.And(slot.address >= 0, slot.address <= highest)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise Unsupported(f"{text} as a number") from error


def _moment(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        pass
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Unsupported(f"{text} as a date") from error
    return Decimal(str((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()))


def _in_order(given: z3.ArithRef, relation: str, limit: Decimal) -> z3.BoolRef:
    bound = z3.RealVal(str(limit))
    return {
        "equals": given == bound,
        "lessthan": given < bound,
        "lessthanequals": given <= bound,
        "greaterthan": given > bound,
        "greaterthanequals": given >= bound,
    }[relation]


def _in_network(slot: Slot, text: str) -> z3.BoolRef:
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise Unsupported(f"{text} as addresses") from error
    low, high = int(network.network_address), int(network.broadcast_address)
    version = slot.is_v6 if network.version == 6 else z3.Not(slot.is_v6)
    return z3.And(version, slot.address >= low, slot.address <= high)
