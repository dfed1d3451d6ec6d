"""Takes the values of sensitive variables out of the texts of a review or an inventory that can hold them.

Shorter than SHORTEST a value is no secret and would be found everywhere: it is shown. One shorter than WORD, and one
that the repository calls something by, is hidden where it stands alone or in quotation marks; others as whole words
wherever they stand, and long ones within words, too. Addresses are left: Terraform lets nothing sensitive into them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from bot.evaluated.source_tree import SourceTree
from bot.review.prose import Prose
from bot.review.redaction.declared import names_of, sensitive_values
from bot.review.redaction.fields import FIELDS, Carries

T = TypeVar("T")

HIDDEN = "(sensitive value)"

SHORTEST = 4
WORD = 6
LONG = 12

_ADDRESS = r"(?<![\w.-])(?:module\.[\w-]+(?:\[[^\]\s]*\])?\.)*(?:data\.)?aws\w*_\w+\.[\w-]+(?:\[(?:\"[^\"]*\"|\d+)\])?"
"""An address of a resource, wherever it stands in a text."""


def without_sensitive_values(told: T, *trees: SourceTree) -> T:
    """A review or inventory with the values of sensitive variables (in var files, defaults) taken out of its texts."""
    values = [value for value in sensitive_values(trees) if len(value) >= SHORTEST]
    hidden: T = _Hiding(values, names_of(trees)).of(told, None) if values else told
    return hidden


class _Hiding:
    """The values to hide, by how they are looked for."""

    def __init__(self, values: Iterable[str], names: frozenset[str]) -> None:
        self.values = sorted(values, key=lambda value: (-len(value), value))
        words = [value for value in self.values if value not in names and (len(value) >= WORD or not value.isalpha())]
        weak = [re.escape(value) for value in self.values]
        strong = [_within(value) if len(value) >= LONG else _as_word(value) for value in words]
        quoted = rf"(?P<mark>[\"'`])(?:{'|'.join(weak)})(?P=mark)"
        self.written = re.compile("|".join((f"(?P<address>{_ADDRESS})", quoted, *strong)))

    def of(self, value: Any, carries: Carries | None) -> Any:
        """The value, which stands in a field of that kind, or is or holds records."""
        if carries is Carries.LEFT:
            return value
        if isinstance(value, Prose):
            return value.hiding(self.words)
        if isinstance(value, tuple):
            return tuple(self.of(one, carries) for one in value)
        if isinstance(value, dict):
            return {key: self.of(one, carries) for key, one in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value)
        return _HOW[carries](self, value) if isinstance(value, str) and carries else value

    def _record(self, record: Any) -> Any:
        kinds = FIELDS[type(record)]
        changed = {}
        for field in dataclasses.fields(record):
            before = getattr(record, field.name)
            after = self.of(before, kinds.get(field.name))
            if after != before:
                changed[field.name] = after
        return dataclasses.replace(record, **changed) if changed else record

    def value(self, text: str) -> str:
        """A value of the configuration: the secret itself, or something built around it."""
        return HIDDEN if text in self.values else self.words(text)

    def words(self, text: str) -> str:
        """A sentence or a line of source."""
        return self.written.sub(_instead, text)

    def code(self, text: str) -> str | None:
        """None instead of code with something hidden in it."""
        return text if self.words(text) == text else None


_HOW: dict[Carries, Callable[[_Hiding, str], str | None]] = {
    Carries.VALUE: _Hiding.value,
    Carries.WORDS: _Hiding.words,
    Carries.CODE: _Hiding.code,
}


def _instead(found: re.Match[str]) -> str:
    mark = found["mark"] or ""
    return found["address"] or f"{mark}{HIDDEN}{mark}"


def _within(value: str) -> str:
    return f"(?i:{re.escape(value)})"


def _as_word(value: str) -> str:
    """The value between what is no part of a word, on the sides where it begins or ends with a part of one itself."""
    before, after = (r"(?<!\w)" if value[0].isalnum() else ""), (r"(?!\w)" if value[-1].isalnum() else "")
    return f"{before}{re.escape(value)}{after}"
