"""What is wrong with this installation: asks one thing after the other, and goes on where one cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.errors import IamReviewError
from bot.forges.health import CheckResult, broken
from bot.frozen import dataclass

Probe = Callable[[], Iterable[CheckResult]]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A named group of things to look at."""

    about: str
    probe: Probe


def examine(checks: Iterable[HealthCheck]) -> Iterator[CheckResult]:
    """Every symptom in order; a question that fails is one itself."""
    for check in checks:
        try:
            yield from check.probe()
        except IamReviewError as error:
            yield broken(check.about, str(error), "mend this first; what hangs on it was not looked at")
        except Exception as fault:  # noqa: BLE001 - whatever it is, the other checks are still made
            said = f"could not be looked at: {type(fault).__name__}: {fault}".splitlines()[0]
            yield broken(check.about, said, "if nothing above explains it, this is a fault of iam-review: report it")


def line(result: CheckResult) -> str:
    """One symptom for a terminal."""
    mark = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}[result.state]
    said = f"{mark}  {result.about}: {result.said}"
    return f"{said}\n      -> {result.remedy}" if result.remedy else said
