"""What comes of a setting's value below an enforced one: no looser than that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.review_config.scales import GRADINGS
from bot.review_config.settings import Guardrails


def replaced(value: Any, wanted: Any) -> Any:
    """The enforced value, whatever is below it."""
    return wanted


def together(value: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is enforced first: of roots and paths the first that matches counts."""
    return (*wanted, *(each for each in value if each not in wanted))


def in_common(value: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is in both."""
    return tuple(each for each in value if each in wanted)


def gradings(value: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """An enforced grade is the least; a rule that the repository leaves as it is gets it as it is."""
    least = {name: max(value.get(name, "off"), grade, key=GRADINGS.index) for name, grade in wanted.items()}
    return {**value, **least}


def guardrails(value: Guardrails, wanted: Guardrails) -> Guardrails:
    """All of both; an exemption would exempt from what is enforced too, so that only enforced ones are left."""
    return Guardrails(
        never_grant=together(value.never_grant, wanted.never_grant),
        reference_policies=together(value.reference_policies, wanted.reference_policies),
        exempt_principals=wanted.exempt_principals,
    )
