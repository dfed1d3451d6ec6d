"""How a number reads where it becomes text."""

from __future__ import annotations

from decimal import Decimal


def format_number(number: int | float) -> str:
    """A number as Terraform turns it into a string: no exponent, no trailing zeros."""
    if isinstance(number, int):
        return str(number)
    if number.is_integer():
        return str(int(number))
    text = repr(number)
    if "e" not in text:
        return text
    return format(Decimal(text), "f")
