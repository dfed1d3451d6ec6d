"""What the forges' webhook payloads have in common: JSON objects of which a field may be missing. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]


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
    return value
