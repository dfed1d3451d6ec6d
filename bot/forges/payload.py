"""What the forges' webhook payloads have in common: JSON objects of which a field may be missing. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.late_pattern import late_pattern

Payload = Mapping[str, Any]

_OFFSET = late_pattern(r" ?(?:UTC|Z|([+-]\d\d):?(\d\d))\Z")


class Incomplete(Exception):
    """The payload lacks a field; the message names it."""


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value, whatever the case of its name; "" if there is none."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def json_object(body: bytes | str) -> Payload:
    """The payload in a body; raises Incomplete unless it is a JSON object in UTF-8."""
    try:
        payload = json.loads(body.decode("utf-8") if isinstance(body, bytes) else body)
    except (ValueError, RecursionError):
        raise Incomplete("the body is not JSON") from None
    if not isinstance(payload, dict):
        raise Incomplete("the body is not a JSON object")
    return payload


def value_at(payload: Payload, path: str, kind: type[Any]) -> Any:
    """The value at a dotted path; raises Incomplete unless it is there and of that type."""
    value: Any = payload
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Incomplete(f"the payload lacks {path}")
    if isinstance(value, int) and not is_id(value):
        raise Incomplete(f"no forge counts as far as {path}")
    return value


def is_id(value: object) -> bool:
    """Whether it is a number as forges and databases number things."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def moment(written: object) -> datetime | None:
    """A time as forges write it ("2026-01-31T09:30:00Z", "2026-01-31 09:30:00 UTC"); None if it is not certain."""
    zone = _OFFSET.search(written) if isinstance(written, str) else None
    if zone is None or not isinstance(written, str):
        return None
    offset = f"{zone[1]}:{zone[2]}" if zone[1] else "+00:00"
    try:
        return datetime.fromisoformat(written[: zone.start()] + offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
