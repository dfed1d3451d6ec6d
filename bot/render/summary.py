"""The sticky summary comment and the check of a review, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.evaluated.touched import Touched
from bot.forges.port import EXPLAIN, RERUN, Check
from bot.render.accepting import acceptable, accepting_words, acceptor_words, declaration, declaring_words
from bot.render.alike import Alike, alike, each_kind_first, whose
from bot.render.exact import exact_delta
from bot.render.gained import also_new, and_named, gained_tables
from bot.render.gap_list import gap_lines, not_reviewed, standing_line
from bot.render.heading import Heading, heading, title
from bot.render.line_notes import line_notes
from bot.render.markdown import code, folded, words
from bot.render.marker import Marker
from bot.render.other_systems import other_systems_line
from bot.render.phrases import GRADE_SIGNS, ended, place_words, reference, revision, sentence
from bot.render.remedies import remedies
from bot.render.rules_problems import rules_problems
from bot.render.runs_as import run_by, run_by_words
from bot.render.speaker import Speaker
from bot.review.model import Finding, Review
from bot.review.prose import counted
from bot.review_config.settings import ReviewConfig
from bot.risk.verdict import is_open

MAX_BODY = 65_000
"""Comments may have 65,536 characters, a check's summary 65,535."""

_SHOWN = (40, 15, 5, 2, 0)
"""So many entries of each list are tried, until the body fits: what is folded is cut before what is seen at once."""

MAX_LOST = 5
"""What is no longer allowed is folded where it is more: nothing of it has to be decided."""


def summary(review: Review, rules: ReviewConfig, report: str = "", speaker: Speaker = Speaker.BOT) -> str | None:
    """The sticky comment's body, marker included; None when there is nothing a reader needs to know.

    `report` is the address of the review's page, "" if it has none.
    """
    if not _worth_saying(review):
        return None
    return f"{Marker('summary', review.head)}\n{markdown(review, rules, report, speaker)}"


def markdown(review: Review, rules: ReviewConfig, report: str = "", speaker: Speaker = Speaker.BOT) -> str:
    """The summary without a marker, also for a review that found nothing."""
    room = ((shown, exact) for shown in _SHOWN for exact in _SHOWN if exact <= shown)
    bodies = (_body(review, rules, report, shown, exact, speaker) for shown, exact in room)
    return next(body for body in bodies if len(body) <= MAX_BODY)


def check(review: Review, rules: ReviewConfig, touched: Touched) -> Check:
    """The finished check: its title says it all. Only rules that enforce make it fail."""
    return Check(
        conclusion=_conclusion(review, rules),
        title=title(review),
        summary=markdown(review, rules),
        annotations=line_notes(review, rules, touched),
        actions=(RERUN, EXPLAIN) if review.gained or review.undecided else (RERUN,),
    )


def _conclusion(review: Review, rules: ReviewConfig) -> Literal["success", "failure", "neutral"]:
    """Rules that only observe judge nothing but what is plainly nothing; success is said only if nothing is open."""
    if review.verdict == "fail" and rules.mode == "enforce":
        return "failure"
    judged_well = review.verdict == "pass" and not is_open(review)
    if rules.mode == "observe":
        judged_well = not _worth_saying(review)
    return "success" if judged_well else "neutral"


def _worth_saying(review: Review) -> bool:
    return bool(review.gained or review.undecided or is_open(review) or review.blocked_by)


def _body(review: Review, rules: ReviewConfig, report: str, shown: int, exact: int, speaker: Speaker) -> str:
    parts = [
        verdict_line(review, rules),
        rules_problems(review),
        _consequence(review),
        gained_tables(tuple(finding for finding in review.gained if finding.waiver is None), rules, shown, exact),
        remedies(review.gained, rules, shown),
        _run_by(review, shown),
        _undecided(review.undecided, shown),
        gap_lines(review, shown, speaker),
        _lost(review.lost, shown),
        other_systems_line(review),
        *(ended(words(sentence(note))) for note in review.notes[:shown]),
        _lint(review, shown),
        exact_delta(each_kind_first(review.gained), exact),
        _accepted(review.gained, shown),
        standing_line(review),
        _accepting(review, rules, speaker),
        _footer(review, report, speaker),
    ]
    return "\n\n".join(part for part in parts if part)


def verdict_line(review: Review, rules: ReviewConfig) -> str:
    """Grade, score, and whether that blocks."""
    blocks = review.verdict == "fail"
    said = heading(review)
    if not review.gained:
        sign = "⛔" if blocks else ASKS if said.asks else "✅"
        return f"{sign} **{words(said.words)}**{f' - {_blocking(rules)}' if blocks else ''}"
    reasons = {
        "gained": f"grade {rules.fail_at} or worse fails",
        "gaps": "what could not be analysed fails (`fail_closed`)",
        "guardrail": "a guardrail is exceeded",
        "config": "the rules cannot be read" if review.rules_problems else "the rules themselves are loosened",
        "fault": not_reviewed(review),
    }
    why = "; ".join(reasons[reason] for reason in review.blocked_by)
    verdict = f"{_blocking(rules)}: {why}" if blocks else "does not block"
    return f"{_sign(said)} **{review.grade.upper()} {review.score}** of 100 - {verdict}"


ASKS = "❔"
"""In place of a tick where something is open."""


def _sign(said: Heading) -> str:
    """The grade's sign, after a question mark where something is open; with nothing new the question mark alone."""
    if not said.asks:
        return GRADE_SIGNS[said.grade]
    return f"{ASKS} {GRADE_SIGNS[said.grade]}" if said.graded else ASKS


def _blocking(rules: ReviewConfig) -> str:
    """Whether a verdict of fail keeps anybody from merging."""
    return "**blocks**" if rules.mode == "enforce" else f"would block, but the mode is `{rules.mode}`"


def _consequence(review: Review) -> str:
    open_ones = [finding for finding in review.gained if finding.waiver is None]
    if not review.gained:
        open_ones = [finding for finding in review.undecided if finding.waiver is None]
    if not open_ones:
        beyond = "Nothing is proved beyond" if is_open(review) else "Nothing beyond"
        return f"{beyond} what was accepted." if review.gained else ""
    return " ".join(filter(None, (ended(words(sentence(open_ones[0].title))), also_new(open_ones))))


def _list(heading: str, findings: tuple[Finding, ...], shown: int) -> str:
    if not findings or not shown:
        return f"{heading} {len(findings)}" if findings else ""
    return "\n".join((f"{heading}\n", *_entries(findings, shown)))


def _undecided(findings: tuple[Finding, ...], shown: int) -> str:
    """Those that only examples and tests have stand in one line, after the others."""
    heading = "**Undecided** (could be new, could not be settled):"
    showing = tuple(one for one in findings if one.in_example)
    if len(showing) < _SEVERAL or not shown:
        return _list(heading, findings, shown)
    named = "; ".join(f"{words(one.title)} ({place_words(one.location)})" for one in showing[:MAX_NAMED])
    more = f"; and {len(showing) - MAX_NAMED} more" if len(showing) > MAX_NAMED else ""
    others = tuple(one for one in findings if not one.in_example)
    return "\n".join((f"{heading}\n", *_entries(others, shown), f"- in examples and tests: {named}{more}"))


_SEVERAL = 2
"""So many or more that only examples and tests have are told together."""

MAX_NAMED = 3
"""So many of these are named."""


def _entries(findings: tuple[Finding, ...], shown: int) -> list[str]:
    """A line each, with the next step where there is one."""
    groups = alike(findings)
    lines: list[str] = []
    for one in groups[:shown]:
        lines.append(f"- {_entry(one.first)} - {place_words(one.first.location)}{_and_alike(one)}")
        instead = f"  - next step: {words(one.first.fix)}"
        if one.first.fix and instead not in lines:  # the same remedy of several stands once
            lines.append(instead)
    rest = sum(1 + len(one.others) for one in groups[shown:])
    more = [f"- … and {rest} more"] if rest > 0 else []
    return [*lines, *more]


MAX_OTHERS = 40
"""So many of those that are alike are named in a list."""


def _and_alike(one: Alike) -> str:
    """The others by name and place, as far as there is room."""
    named = ", ".join(code(whose(other)) for other in one.others[:MAX_OTHERS])
    rest = len(one.others) - MAX_OTHERS
    return f"; and {len(one.others)} alike: {named}{f' and {rest} more' if rest > 0 else ''}" if one.others else ""


def _run_by(review: Review, shown: int) -> str:
    """What runs as the principals that gain, a line for those of each finding; "" if nothing is known to."""
    lines: list[str] = []
    told: set[str] = set()
    for finding in review.gained:
        edges = run_by(finding, review) if finding.waiver is None else ()
        targets = dict.fromkeys(edge.target for edge in edges if edge.target not in told)
        told.update(targets)
        if targets:
            run = run_by_words(edge for edge in edges if edge.target in targets)
            lines.append(f"- as {_first(list(targets))}: {words(run)}")
    return "\n".join(("**What runs with it:**", "", *lines[:shown])) if lines and shown else ""


def _first(names: Sequence[str]) -> str:
    """The first as code, and the second or how many more."""
    return f"{code(names[0])}{and_named(names[1:])}"


def _lost(findings: tuple[Finding, ...], shown: int) -> str:
    """What is no longer allowed: folded where it is much."""
    if len(findings) <= MAX_LOST or not shown:
        return _list("**No longer allowed:**", findings, shown)
    return folded(f"No longer allowed ({len(findings)})", "\n".join(_entries(findings, shown)))


def _entry(finding: Finding) -> str:
    why = f": {words(finding.why)}" if finding.why else ""
    return f"{words(finding.title)}{why}"


def _lint(review: Review, shown: int) -> str:
    if not review.lint or not shown:
        return ""
    lines = [f"- {words(one.title)} - {place_words(one.location)}{reference(one.help)}" for one in review.lint[:shown]]
    return folded(f"Probable mistakes ({len(review.lint)})", "\n".join(lines))


def _accepted(findings: tuple[Finding, ...], shown: int) -> str:
    lines = [
        f"- {words(finding.title)}: accepted by {acceptor_words(finding.waiver)} until {code(finding.waiver.until)}: "
        f"{words(finding.waiver.reason)}"
        for finding in findings
        if finding.waiver is not None
    ]
    return folded(f"Accepted risks ({len(lines)})", "\n".join(lines[:shown])) if lines and shown else ""


def _accepting(review: Review, rules: ReviewConfig, speaker: Speaker) -> str:
    """Who can let it through, where it waits for somebody."""
    waits = review.verdict == "fail" and rules.mode == "enforce"
    if speaker is Speaker.JOB:
        first = acceptable(review, rules) if waits else None
        return "" if first is None else f"This is accepted {declaring_words(declaration(first.fingerprint))}"
    forbidden = any(finding.kind == "guardrail" and finding.waiver is None for finding in review.gained)
    return accepting_words(rules) if waits and not forbidden else ""


def _footer(review: Review, report: str, speaker: Speaker) -> str:
    stats = review.stats
    looked = f"{counted(stats.roots, 'root')}, {stats.complete} of {counted(stats.policies, 'policy document')} whole"
    compared = f"{code(revision(review.head) or 'head')} against merge base {code(revision(review.base) or 'base')}"
    link = f" · [report]({report})" if report else ""
    asked = " · `/iam help`" if speaker is Speaker.BOT else ""
    return f"<sub>{compared} · {looked}{link}{asked}</sub>"
