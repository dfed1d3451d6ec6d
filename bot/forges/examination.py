"""What is wrong with this installation: asks one thing after the other, and goes on where one cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.errors import IamReviewError
from bot.forges.health import CheckResult, broken

Probe = Callable[[], Iterable[CheckResult]]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A named group of things to look at."""

    about: str
    probe: Probe


def examine(questions: Iterable[HealthCheck]) -> Iterator[CheckResult]:
    """Every symptom in order; a question that fails is one itself."""
    for question in questions:
        try:
            yield from question.probe()
        except IamReviewError as error:
            yield broken(question.about, str(error), "mend this first; what hangs on it was not looked at")


def line(symptom: CheckResult) -> str:
    """One symptom for a terminal."""
    mark = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}[symptom.state]
    said = f"{mark}  {symptom.about}: {symptom.said}"
    return f"{said}\n      -> {symptom.remedy}" if symptom.remedy else said
