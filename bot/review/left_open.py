"""What defaults keep out today and nobody judges: blocks not evaluated, policies not read, what nothing compares."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.evaluated.address import block_of, block_type
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import KeptOut
from bot.evaluated.mentions import spans
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.touched import Touched
from bot.extract.readers import FAMILIES
from bot.review.kept_out import Line, OtherDefaults, Otherwise, lines_of
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition
from bot.review.unjudged.dispositions import Redefinitions
from bot.review.unjudged.root_pair import AWS, RootPair
from bot.risk.wording.guard_words import latent_words

_REMEDY = "check what it gives to whom where the variable is set"

_PROGRAMS = "cloudinit_"

_DOCUMENT = "aws_iam_policy_document"

Ask = Callable[[Sequence[RootPair], Callable[[Place], bool]], Redefinitions]
"""What a change makes others of in some roots, of what comes of the places that are asked about."""


def left_open(
    every: Sequence[OtherDefaults], judged: Sequence[Otherwise], today: Redefinitions, ask: Ask, touched: Touched
) -> Iterator[Redefinition]:
    """What of that nobody judges: what could not be evaluated, what is not read, and what nothing compares.

    `today` is what is another thing now with the defaults as they are, `ask` tells it of roots.
    """
    by_root = {id(one.asked): one for one in judged}
    for one in every:
        found = by_root.get(id(one))
        yield from _not_evaluated(one, found, touched)
        if found is not None:
            yield from _not_read(found, touched)
            then = ask((found.pair,), functools.partial(_is_asked, one, touched))
            yield from _not_compared(found, today, then, touched)


def _not_evaluated(asked: OtherDefaults, found: Otherwise | None, touched: Touched) -> Iterator[Redefinition]:
    """What stays out, of blocks that may say of access."""
    lost = [(side, one) for side, one in asked.left if _may_be_lost(side, one, touched)]
    said = {} if found is None else dict(_said_of(lost, found, touched))
    places: dict[str, list[Place]] = {}
    for side, one in lost:
        if said.get(side, frozenset()).isdisjoint(lines_of(side, one, touched)):
            here = ((side, span) for span in one.spans if touched.code_lines(span, side))
            places.setdefault(one.address, []).extend(here)
    for address, some in places.items():
        reason = f"{_block(address)}: what is touched here was not judged{latent_words((asked.guard(address),))}"
        yield redefinition(address, reason, _REMEDY, tuple(some))


def _may_be_lost(side: Side, one: KeptOut, touched: Touched) -> bool:
    """Whether it is in the change and may say of access: what is asked for what hides it may be untouched."""
    return not one.is_blank and _may_hold(one.address) and any(lines_of(side, one, touched))


def _said_of(
    lost: Sequence[tuple[Side, KeptOut]], found: Otherwise, touched: Touched
) -> Iterator[tuple[Side, frozenset[Line]]]:
    """By side the touched lines that values of a root come from, of the files that those are in."""
    configs: dict[Side, EvaluatedConfig] = {"base": found.base, "head": found.head}
    for side in {side for side, _ in lost}:
        files = frozenset(span.file for at, one in lost if at == side for span in one.spans)
        yield side, frozenset(_said(side, configs[side], files, touched))


def _said(side: Side, config: EvaluatedConfig, files: frozenset[str], touched: Touched) -> Iterator[Line]:
    found = set[Span]()
    for one in (*config.resources, *config.latent, *config.providers):
        there = (step.span for step in one.existence)
        inside = (span for value in (one.attributes, one.runs) for span in spans(value))
        found.update(span for span in itertools.chain(there, inside) if span.file in files)
    for span in found:
        yield from ((side, span.file, line) for line in touched.code_lines(span, side))


def _block(address: str) -> str:
    return block_of(address) or "an expression"


def _may_hold(address: str) -> bool:
    """Whether a block may say of access; what is put together for a machine's start is a program's text."""
    kind = block_type(block_of(address))
    return kind in FAMILIES or kind == _DOCUMENT or not kind.startswith((*AWS, _PROGRAMS))


def _not_read(found: Otherwise, touched: Touched) -> Iterator[Redefinition]:
    """What of a policy is not known then, and was not asked about at base."""
    before = {(gap.address, gap.diagnostic.kind, gap.unread) for gap in found.before.gaps}
    for gap in found.after.gaps:
        there = (gap.diagnostic.span, *gap.inputs)
        places: tuple[Place, ...] = tuple(("head", one) for one in there)
        places = tuple(one for one in places if _is_asked(found.asked, touched, one))
        if places and (gap.address, gap.diagnostic.kind, gap.unread) not in before:
            reason = f"{gap.diagnostic.reason}{latent_words((found.asked.guard(gap.address),))}"
            yield redefinition(gap.address, reason, gap.diagnostic.remedy or _REMEDY, places)


def _is_asked(asked: OtherDefaults, touched: Touched, place: Place) -> bool:
    side, span = place
    return any((side, span.file, line) in asked.lines for line in touched.code_lines(span, side))


def _not_compared(
    found: Otherwise, today: Redefinitions, then: Redefinitions, touched: Touched
) -> Iterator[Redefinition]:
    """What evaluates otherwise then, and no comparison of policies looks at."""

    def where(address: str) -> str:
        return latent_words((found.asked.guard(address),))

    known = {(one.address, one.diagnostic.reason) for one in (*today.others, *today.defaults)}
    for one in (*then.others, *then.defaults):
        if (one.address, one.diagnostic.reason) not in known:
            yield from _told_of(found, one.address, f"{one.diagnostic.reason}{where(one.address)}", one.places, touched)
    called = {one.address for one in today.methods}
    for method in then.methods:
        if method.address not in called:
            reason = f"{method.block}: {method.call} asks nobody who they are{where(method.address)}"
            yield from _told_of(found, method.address, reason, method.places, touched)
    for given in _calls(then, today):
        reason = f"{block_of(given.address)}: {given.argument} goes to a module that is not here{where(given.address)}"
        for told in _told_of(found, given.address, reason, given.places, touched):
            call = dataclasses.replace(told.diagnostic, kind=DiagnosticKind.REMOTE_MODULE)
            yield dataclasses.replace(told, diagnostic=call)


def _calls(then: Redefinitions, today: Redefinitions) -> Iterator[Disposition]:
    """The arguments of modules that are not here that nobody understands."""
    known = {(one.address, one.argument) for one in today.arguments if one.outcome is ArgumentOutcome.OPEN}
    for one in then.arguments:
        if one.mode == "module" and one.outcome is ArgumentOutcome.OPEN and (one.address, one.argument) not in known:
            yield one


def _told_of(
    found: Otherwise, address: str, reason: str, places: Iterable[Place], touched: Touched
) -> Iterator[Redefinition]:
    """It, where it is of what is kept out."""
    here = tuple(one for one in places if _is_asked(found.asked, touched, one))
    if here:
        yield redefinition(address, reason, _REMEDY, here)
