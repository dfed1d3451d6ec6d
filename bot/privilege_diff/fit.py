"""Which actions of a cell can meet its resources, by AWS's catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.iam.catalog import Catalog
from bot.iam.language import Language, conjoin, example, uncovered
from bot.iam.pattern import LITERAL_STAR, arn_pattern, is_literal, literal_prefix


@dataclass(frozen=True, slots=True)
class Fit:
    """One action (AWS's spelling) and the resources of a cell it can act on; `published` if AWS lists it."""

    action: str
    resources: Language
    published: bool


def fitting(actions: Language, resources: Language, catalog: Catalog) -> Iterator[Fit]:
    """The actions of a cell that can meet its resources; published ones first. Raises TooComplex."""
    for pattern in actions.within:
        for name in _names(pattern, catalog):
            if uncovered((name.lower(),), actions.without):
                fit = _fit(name, resources, catalog)
                if fit is not None:
                    yield fit
    unpublished = _unpublished(actions, catalog)
    if unpublished is not None and resources.within:
        yield Fit(unpublished, resources, published=False)


def _names(pattern: str, catalog: Catalog) -> tuple[str, ...]:
    if not is_literal(pattern):
        return catalog.expand(pattern) if pattern.isascii() else ()
    service = pattern.partition(":")[0]
    if not pattern.isascii() or catalog.service(service) is None:
        return ()
    info = catalog.info(pattern)
    return (str(info) if info else pattern,)


def _fit(action: str, resources: Language, catalog: Catalog) -> Fit | None:
    info = catalog.info(action)
    if info is None:
        return Fit(action, resources, published=False) if resources.within else None
    if not info.resource_types:
        possible = Language((LITERAL_STAR,))
    else:
        possible = Language(
            tuple(map(arn_pattern, catalog.fits(action))), tuple(map(arn_pattern, catalog.never_fits(action)))
        )
    shared = conjoin(possible, resources)
    return Fit(action, shared, published=True) if shared.within else None


def _unpublished(actions: Language, catalog: Catalog) -> str | None:
    """An action AWS has not published that the cell's wildcards would cover."""
    open_patterns = []
    for pattern in actions.within:
        if is_literal(pattern):
            continue
        service, colon, _ = literal_prefix(pattern).partition(":")
        if not colon or catalog.service(service) is not None:
            open_patterns.append(pattern)
    return example(conjoin(Language(tuple(open_patterns), actions.without), Language(("*:*",))))


MAX_CHECKED = 200
"""Explicit actions of one cell that are checked one by one."""


def without_misfits(actions: Language, resources: Language, catalog: Catalog) -> Language:
    """The cell's actions without explicit ones that can never meet its resources. Raises TooComplex."""
    if not 1 < len(actions.within) <= MAX_CHECKED:
        return actions
    kept = tuple(
        pattern for pattern in actions.within if not is_literal(pattern) or _meets(pattern, resources, catalog)
    )
    return Language(kept, actions.without) if kept else actions


def _meets(pattern: str, resources: Language, catalog: Catalog) -> bool:
    return any(_fit(name, resources, catalog) is not None for name in _names(pattern, catalog))
