"""Terraform's date and time functions; what asks for the present time is unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.evaluated.call import Call, Function
from bot.evaluated.value import Value
from bot.frontends.terraform.functions.arguments import arity, plain, text, unknown_result
from bot.late_pattern import late_pattern

_TIMESTAMP = late_pattern(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})")
_DURATION = late_pattern(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_TOKEN = late_pattern(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def _parsed(timestamp: str) -> datetime:
    found = _TIMESTAMP.fullmatch(timestamp)
    if found is None:
        raise ValueError(f"{timestamp!r} is not an RFC 3339 timestamp")
    fraction = (found[3] or "0")[:6]
    zone = "+00:00" if found[4] == "Z" else found[4]
    return datetime.fromisoformat(f"{found[1]}T{found[2]}.{fraction:0<6}{zone}")


def _zone(moment: datetime, colon: bool, zulu: bool) -> str:
    text_ = moment.strftime("%z")
    if zulu and text_ == "+0000":
        return "Z"
    return f"{text_[:3]}:{text_[3:5]}" if colon else text_[:5]


_VERBS: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04d}",
    "YY": lambda moment: f"{moment.year % 100:02d}",
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:3],
    "MM": lambda moment: f"{moment.month:02d}",
    "M": lambda moment: str(moment.month),
    "DD": lambda moment: f"{moment.day:02d}",
    "D": lambda moment: str(moment.day),
    "EEEE": lambda moment: _DAYS[moment.weekday()],
    "EEE": lambda moment: _DAYS[moment.weekday()][:3],
    "hh": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(moment.hour),
    "HH": lambda moment: f"{moment.hour % 12 or 12:02d}",
    "H": lambda moment: str(moment.hour % 12 or 12),
    "AA": lambda moment: "AM" if moment.hour < 12 else "PM",
    "aa": lambda moment: "am" if moment.hour < 12 else "pm",
    "mm": lambda moment: f"{moment.minute:02d}",
    "m": lambda moment: str(moment.minute),
    "ss": lambda moment: f"{moment.second:02d}",
    "s": lambda moment: str(moment.second),
    "ZZZZZ": lambda moment: _zone(moment, colon=True, zulu=False),
    "ZZZZ": lambda moment: _zone(moment, colon=False, zulu=False),
    "ZZZ": lambda moment: "UTC" if moment.utcoffset() == timedelta(0) else _zone(moment, colon=False, zulu=False),
    "Z": lambda moment: _zone(moment, colon=True, zulu=True),
}


def _formatdate(layout: str, timestamp: str) -> str:
    moment = _parsed(timestamp)
    out: list[str] = []
    for token in _TOKEN.finditer(layout):
        if token[0] == "'":
            raise ValueError("a quoted part of the format does not end")
        if token[0].startswith("'"):
            out.append(token[1].replace("''", "'") or "'")
        elif token[2] is None:
            out.append(token[0])
        elif token[0] in _VERBS:
            out.append(_VERBS[token[0]](moment))
        else:
            raise ValueError(f"the format does not know {token[0]}")
    return "".join(out)


def _duration(written: str) -> timedelta:
    body = written.removeprefix("-") if written.startswith("-") else written.removeprefix("+")
    pieces = list(_DURATION.finditer(body))
    if body == "0":
        return timedelta(0)
    if not pieces or "".join(piece[0] for piece in pieces) != body:
        raise ValueError(f"{written!r} is not a duration")
    seconds = sum(float(piece[1]) * _SECONDS[piece[2]] for piece in pieces)
    return timedelta(seconds=-seconds if written.startswith("-") else seconds)


def _timeadd(timestamp: str, duration: str) -> str:
    moment = _parsed(timestamp) + _duration(duration)
    return f"{moment.replace(microsecond=0, tzinfo=None).isoformat()}{_zone(moment, colon=True, zulu=True)}"


def _timecmp(left: str, right: str) -> int:
    first, second = _parsed(left).astimezone(UTC), _parsed(right).astimezone(UTC)
    return (first > second) - (first < second)


def now(arguments: tuple[Value, ...], call: Call) -> Value:
    """The time of the run."""
    arity(call, arguments, 0)
    return unknown_result(call, arguments)


FUNCTIONS: dict[str, Function] = {
    "formatdate": plain(_formatdate, text, text),
    "plantimestamp": now,
    "timeadd": plain(_timeadd, text, text),
    "timecmp": plain(_timecmp, text, text),
    "timestamp": now,
}
