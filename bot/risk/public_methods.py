"""Calls of APIs that ask nobody who they are: no policy says it, so no grant does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.evaluated.public_method import PublicMethod
from bot.evaluated.touched import Touched
from bot.review.identity import ListedFacts, identify
from bot.review.model import GRADES, Finding, GradeName, TrailStep
from bot.review_config.settings import ReviewConfig
from bot.risk.naming import switched_off
from bot.risk.score import POINTS
from bot.risk.ungranted import location_of, ungranted
from bot.risk.wording.method_words import after_method, before_method, method_advice, method_title

RULE = "open-api"
_MOST = 200


def method_findings(methods: Iterable[PublicMethod], touched: Touched, rules: ReviewConfig) -> tuple[Finding, ...]:
    """A finding for each API of a folder, by whether its calls asked who somebody is before.

    Examples are one folder; what they only call of the library that is judged by itself is told there.
    """
    groups: dict[tuple[object, ...], list[PublicMethod]] = {}
    every = tuple(methods)
    applied = {place for one in every if not _is_example(one) for place in one.places}
    for one in every:
        folder = None if _is_example(one) else one.root.directory
        if folder is not None or applied.isdisjoint(one.places):
            groups.setdefault((folder, one.api, one.asked, one.keyed), []).append(one)
    return () if RULE in switched_off(rules) else tuple(_finding(group, touched) for group in groups.values())


def _finding(methods: Sequence[PublicMethod], touched: Touched) -> Finding:
    in_example = all(map(_is_example, methods))
    grade = _grade(methods[0], in_example=in_example)
    location = location_of((one.places for one in methods), touched)
    said = before_method(methods), after_method()
    finding = dataclasses.replace(
        ungranted(RULE, grade, POINTS[grade], method_title(methods), said, location),
        instances=tuple(dict.fromkeys(one.address for one in methods))[:_MOST],
        trail=(TrailStep(location.file, location.line, location.side, methods[0].block),),
        fix=method_advice(),
        in_example=in_example,
        unproved=len(methods),
    )
    return finding.known_as(identify(ListedFacts(RULE, tuple(sorted({_identity(one) for one in methods})))))


def _is_example(method: PublicMethod) -> bool:
    return method.root.kind == "example"


def _grade(first: PublicMethod, *, in_example: bool) -> GradeName:
    """High where it asked before, as who may come in was decided; a step less by a key, and in an example.

    AWS Security Hub, APIGateway.8: a route without an authorization type is of medium severity.
    """
    steps = GRADES.index("high" if first.asked else "medium") - first.keyed - in_example
    return GRADES[max(steps, GRADES.index("low"))]


def _identity(one: PublicMethod) -> str:
    return "\0".join((one.root.directory, one.block, one.api, one.call))
