"""The exact access a review found gained, folded: what to do about it, every list, the witness, the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from bot.render.grant_list import further_lines
from bot.render.markdown import code, folded, words
from bot.render.phrases import request_words
from bot.render.remedies import remedy_lines
from bot.review.model import Finding
from bot.review.prose import counted, first_few

MAX_WAYS = 4
"""So many escalation paths of one finding are told step by step."""

MAX_ITEMS = 40
"""So many actions or resources of one finding are listed."""


def exact_delta(findings: tuple[Finding, ...], shown: int) -> str:
    """The folded part; empty if nothing was gained or no room is left."""
    if not findings or not shown:
        return ""
    rest = len(findings) - shown
    more = [f"… and {counted(rest, 'more new privilege')}"] if rest > 0 else []
    return folded("Exact access, requests and arithmetic", "\n\n".join((*map(_exact, findings[:shown]), *more)))


def _exact(finding: Finding) -> str:
    arithmetic = "\n".join(f"- {words(line)}" for line in finding.arithmetic[:MAX_ITEMS])
    heading = f"**{words(finding.title)}** ({code(finding.fingerprint)}, {code(finding.rule)})\n"
    instead, suggested = remedy_lines(finding)
    said = "\n".join(part for part in (heading, instead, exact_lines(finding), arithmetic) if part)
    return f"{said}\n\n{suggested}" if suggested else said


def exact_lines(finding: Finding) -> str:
    """Actions, resources, conditions, holders and the witness, a list item each."""
    lines = [
        _items("actions", finding.actions, finding.except_actions),
        _items("resources", finding.resources, finding.except_resources),
        *(
            f"- if {code(f'{one.operator} {one.key}')} is {_listed(one.values)}"
            for one in finding.conditions[:MAX_ITEMS]
        ),
        _items("for", finding.instances, ()),
        _items("in examples and tests", finding.examples, ()),
        f"- refused before, allowed now: {request_words(finding.witness)}" if finding.witness else "",
        *(f"- assuming {words(assumption)}" for assumption in (finding.witness.assumes if finding.witness else ())),
    ]
    return "\n".join((*(line for line in lines if line), *further_lines(finding), *_ways(finding)))


def _ways(finding: Finding) -> Iterator[str]:
    """Each action of each way up that is complete, with the request that proves it."""
    for way in finding.escalations[:MAX_WAYS]:
        yield f"- {code(way.path)}, to become {words(way.becomes)}:"
        for step in way.steps:
            yield f"  - {'allowed now' if step.new else 'held before'}: {request_words(step.witness)}"
    if len(finding.escalations) > MAX_WAYS:
        yield f"- and {len(finding.escalations) - MAX_WAYS} more ways"


def _items(what: str, items: tuple[str, ...], excepted: tuple[str, ...]) -> str:
    if not items:
        return ""
    return f"- {what}: {_listed(items)}{f' except {_listed(excepted)}' if excepted else ''}"


def _listed(items: tuple[str, ...]) -> str:
    return first_few(list(map(code, items)), MAX_ITEMS)
