"""What deliveries are signed with, out of a server's configuration, and whether somebody could guess it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from bot.config.sections import SHORTEST_KEY, SignsDeliveries
from bot.late_pattern import late_pattern

_WORDS = late_pattern(
    "iam|review|webhook|hook|secret|token|password|passwort|git|hub|lab|change|me|example|test|admin|default|please|"
    "letmein|hunter2|qwerty|canary|production|staging|prod|company|acme|terraform|aws|bot|key|my|the|"
    r"0?123456789\d*|12345+|abc(?:defgh\w*)?|(?:19|20)\d\d"
)
"""What people write who think of something."""

_DIFFERENT = 8
_LEFT = 10
"""So many different characters, and so many that are part of none of those words, has what was not thought of."""


def delivery_keys(section: BaseModel) -> Iterator[tuple[str, str]]:
    """The settings of a forge's section that deliveries are signed with, those being changed included, and values."""
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, SecretStr) and any(_marks(each) for each in (*field.metadata, field.annotation)):
            yield name, value.get_secret_value()


def _marks(found: Any) -> bool:
    return (
        isinstance(found, SignsDeliveries)
        or any(map(_marks, getattr(found, "__metadata__", ())))
        or any(map(_marks, get_args(found)))
    )


def guessable(key: str) -> str:
    """Why somebody could guess it; "" if nothing speaks for that."""
    if len(key) < SHORTEST_KEY:
        return f"it has {len(key)} characters"
    if len(set(key)) < _DIFFERENT:
        return f"it consists of {len(set(key))} different characters"
    if re.fullmatch(r"(.{1,12}?)\1+", key, re.DOTALL):
        return "it repeats itself"
    left = re.sub(r"[\W_]", "", _WORDS.sub("", key.lower()))
    return f"it is made of words that people take ({len(key)} characters)" if len(left) < _LEFT else ""
