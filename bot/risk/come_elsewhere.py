"""Who is put into a group, permission set or role that is defined elsewhere: what they gain is not known here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.extract.extracted import UnseenPlace
from bot.review.identity import ListedFacts, identify
from bot.review.model import Finding, Gap, Location, TrailStep
from bot.review_config.settings import ReviewConfig
from bot.risk.naming import switched_off
from bot.risk.rules import RULES
from bot.risk.ungranted import ungranted
from bot.risk.wording.come_words import before_and_after, come_advice, come_title, why_come

RULE = RULES[-1].name
"""The last one, of all that no other rule has more to say about."""

_Come = tuple[UnseenPlace, Gap]


def come_findings(comes: Iterable[_Come], rules: ReviewConfig) -> tuple[Finding, ...]:
    """An undecided finding for each place that somebody comes to, and line that says so, in place of their gaps.

    Roots that say the same are one.
    """
    lines: dict[tuple[object, ...], list[_Come]] = {}
    for unseen, gap in comes:
        lines.setdefault((unseen.what, gap.file, gap.line), []).append((unseen, gap))
    groups: dict[tuple[str, ...], list[_Come]] = {}
    for each in lines.values():
        groups.setdefault(tuple(sorted(set(map(_identity, each)))), []).extend(each)
    return () if RULE in switched_off(rules) else tuple(map(_finding, groups.values(), groups))


def _finding(group: Sequence[_Come], same: tuple[str, ...]) -> Finding:
    unseen, gap = group[0]
    title = come_title([each.who for each, _ in group], unseen.what)
    at = Location(gap.file, gap.line, gap.line, gap.side)
    places = dict.fromkeys((one.file, one.line, one.side) for _, one in group)
    finding = dataclasses.replace(
        ungranted(RULE, "medium", 0, title, before_and_after(unseen.what), at),
        instances=tuple(dict.fromkeys(each.address for _, each in group)),
        trail=tuple(TrailStep(file, line, side, gap.address) for file, line, side in places),
        why=why_come(unseen.what),
        fix=come_advice(unseen.what),
    )
    return finding.known_as(identify(ListedFacts(RULE, same)))


def _identity(come: _Come) -> str:
    return "\0".join((come[0].who, come[0].what, come[1].address))
