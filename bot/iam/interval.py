"""Sets of ordered values (numbers, instants, addresses) as sorted, disjoint half-open stretches."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction

from bot.frozen import dataclass
from bot.late_pattern import late_pattern

Bound = tuple[Fraction, int]
"""A cut between values: (v, 0) is just before v, (v, 1) just after it."""

_LOWEST: Bound = (Fraction(-(10**200)), 0)
_HIGHEST: Bound = (Fraction(10**200), 1)
"""Beyond every number that is read: sixty digits and an exponent of two."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Stretches from one cut to another, ascending, none touching the next."""

    stretches: tuple[tuple[Bound, Bound], ...]


EVERY_VALUE = Intervals(((_LOWEST, _HIGHEST),))
NO_VALUE = Intervals(())


def between(low: Bound, high: Bound) -> Intervals:
    """The values between two cuts."""
    return Intervals(((low, high),)) if low < high else NO_VALUE


def point(value: Fraction) -> Intervals:
    """One value."""
    return between((value, 0), (value, 1))


def below(value: Fraction, *, inclusive: bool) -> Intervals:
    """The values less than `value`."""
    return between(_LOWEST, (value, int(inclusive)))


def above(value: Fraction, *, inclusive: bool) -> Intervals:
    """The values greater than `value`."""
    return between((value, int(not inclusive)), _HIGHEST)


def union(sets: Iterable[Intervals]) -> Intervals:
    """The values in any of the sets."""
    merged: list[tuple[Bound, Bound]] = []
    for low, high in sorted(stretch for one in sets for stretch in one.stretches):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return Intervals(tuple(merged))


def invert(values: Intervals) -> Intervals:
    """All other values."""
    gaps = []
    start = _LOWEST
    for low, high in values.stretches:
        if start < low:
            gaps.append((start, low))
        start = high
    if start < _HIGHEST:
        gaps.append((start, _HIGHEST))
    return Intervals(tuple(gaps))


def common(left: Intervals, right: Intervals) -> Intervals:
    """The values in both sets."""
    return invert(union((invert(left), invert(right))))


def some_value(values: Intervals) -> Fraction | None:
    """A value of the set, a whole number if there is one near; None if it is empty."""
    for low, high in values.stretches:
        for value in _candidates(low, high):
            if low <= (value, 0) and (value, 1) <= high:
                return value
    return None


def _candidates(low: Bound, high: Bound) -> tuple[Fraction, ...]:
    if low == _LOWEST:
        return (Fraction(0),) if high == _HIGHEST else (high[0], high[0] - 1)
    return (low[0], Fraction(low[0].__floor__() + 1), (low[0] + high[0]) / 2)


_NUMBER = late_pattern(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_USUAL = late_pattern(r"[^eE]{1,60}(?:[eE][+-]?[0-9]{1,2})?")


def number(text: str) -> Fraction | None:
    """A number as policies write it, None if it is none or an unusual one."""
    text = text.strip()
    return Fraction(text) if _NUMBER.fullmatch(text) and not is_unusual(text) else None


def is_unusual(text: str) -> bool:
    """Whether a number is too long, or its exponent too great, to be worked with: `1e999999999`."""
    text = text.strip()
    return _NUMBER.fullmatch(text) is not None and _USUAL.fullmatch(text) is None


def instant(text: str) -> Fraction | None:
    """An ISO 8601 date, with or without time, or epoch seconds; in seconds since 1970."""
    epoch = number(text)
    if epoch is not None:
        return epoch
    try:
        moment = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return Fraction(delta.days * 86400 + delta.seconds) + Fraction(delta.microseconds, 10**6)


_V6_BASE = 2**40
"""IPv6 addresses are numbered from here on, so that both families share one line of numbers."""


def network(text: str) -> Intervals | None:
    """The addresses of a CIDR block or a single address, None if it is neither."""
    try:
        block = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    base = _V6_BASE if block.version == 6 else 0
    first = Fraction(base + int(block.network_address))
    beyond = Fraction(base + int(block.broadcast_address) + 1)
    return between((first, 0), (beyond, 0))


EVERY_ADDRESS = union(found for text in ("0.0.0.0/0", "::/0") if (found := network(text)) is not None)


def address(value: Fraction) -> str:
    """The address numbered `value`."""
    whole = int(value)
    return str(ipaddress.IPv6Address(whole - _V6_BASE) if whole >= _V6_BASE else ipaddress.IPv4Address(whole))


def moment(value: Fraction) -> str:
    """The instant `value` seconds after 1970 as ISO 8601; as epoch seconds outside the calendar."""
    if not 0 <= value < 253402300800:
        return str(int(value))
    whole = datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None).isoformat()
    fraction = value - int(value)
    return f"{whole}{f'{float(fraction):.6f}'[1:] if fraction else ''}Z"


def decimal(value: Fraction) -> str:
    """A number as policies write it."""
    return str(int(value)) if value.denominator == 1 else repr(float(value))
