"""A review for a person at a terminal; the only module that knows rich."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.render.accepting import declaring_lines
from bot.render.alike import Alike, alike, whose
from bot.render.difference import Difference
from bot.render.gap_list import MAX_LINES, NAMED, by_kind, kind_words, not_reviewed
from bot.render.gap_words import gap_words
from bot.render.grant_list import MAX_FURTHER, further, places_of_others
from bot.render.heading import heading
from bot.render.markdown import clipped, visible
from bot.render.other_systems import other_systems
from bot.render.phrases import place_text, sentence, state_names
from bot.render.plain import plain
from bot.render.proof_steps import ProofStep, proof_steps
from bot.render.rules_problems import REMEDY, plain_problems
from bot.render.runs_as import run_by, run_by_words
from bot.render.source_lines import LineOf, lines_left_out, source_lines
from bot.review.model import Finding, Gap, GradeName, Review
from bot.review.prose import counted, first_few
from bot.review_config.settings import ReviewConfig

STYLES: dict[GradeName, str] = {
    "none": "bold green", "low": "bold cyan", "medium": "bold yellow", "high": "bold red",
    "critical": "bold white on red",
}  # fmt: skip
PIPED_WIDTH = 110
"""Columns where the output goes to a file or another program."""


def write(
    review: Review,
    rules: ReviewConfig,
    line_of: LineOf,
    console: Console | None = None,
    difference: Difference = Difference.TERRAFORM,
) -> str:
    """The review as text, coloured as `console` (by default standard output) can show it."""
    target = console or Console()
    buffer = io.StringIO()
    out = Console(
        file=buffer,
        width=target.width if target.is_terminal else PIPED_WIDTH,
        force_terminal=target.is_terminal,
        color_system="auto" if target.color_system else None,
        no_color=target.no_color,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for part in _parts(review, rules, line_of, difference):
        out.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()).strip("\n") + "\n"


def _parts(review: Review, rules: ReviewConfig, line_of: LineOf, difference: Difference) -> Iterator[RenderableType]:
    yield _verdict(review, rules, difference)
    yield from (Text(visible(problem), "bold red") for problem in plain_problems(review))
    if review.rules_problems:
        yield Text(REMEDY)
    for number, one in enumerate(alike(review.gained), start=1):
        yield Text()
        yield _finding(number, one.first, line_of, run_by_words(run_by(one.first, review)))
        yield from _alike(one)
    yield from _short("Undecided (could be new, could not be settled)", review.undecided)
    yield from _short("No longer allowed", review.lost)
    yield from _gaps(review.gaps)
    if review.lint:
        yield Text("\nProbable mistakes", "bold")
        yield from (_hanging(Text(visible(f"{lint.title} ({place_text(lint.location)})"))) for lint in review.lint)
    yield from (Text(visible(note), "dim") for note in (other_systems(review), *review.notes) if note)
    yield from _accepting(review, rules)
    yield Text()
    yield Text(_footer(review), "dim")


def _accepting(review: Review, rules: ReviewConfig) -> Iterator[RenderableType]:
    lines = declaring_lines(review, rules)
    if lines:
        yield Text("\n".join(("", *lines)))


def _verdict(review: Review, rules: ReviewConfig, difference: Difference) -> Text:
    fails = review.verdict == "fail"
    said = heading(review)
    style = "bold yellow" if said.asks and not said.graded else STYLES[said.grade]
    unlooked = difference if said.is_silent and not review.stats.roots else ""
    verdict = Text(f" {unlooked or said.title} ", style)
    reasons = {
        "gained": f"grade {rules.fail_at} or worse",
        "gaps": "not everything could be analysed",
        "guardrail": "a guardrail is exceeded",
        "config": "the rules cannot be read" if review.rules_problems else "the rules are loosened",
        "fault": not_reviewed(review),
    }
    why = ", ".join(reasons.get(reason, reason) for reason in review.blocked_by)
    verdict.append(f"  fails: {why}" if fails else "  passes", "not bold default on default")
    return verdict


def _finding(number: int, finding: Finding, line_of: LineOf, runs: str) -> RenderableType:
    heading = Text(f"{number}. ")
    heading.append(f" {finding.grade} ", STYLES[finding.grade])
    heading.append(f" {sentence(visible(finding.title))}", "bold")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in _facts(finding, runs):
        facts.add_row(name, value)
    return Group(heading, Padding(Group(_source(finding, line_of), facts), (0, 0, 0, 3)))


def _alike(one: Alike) -> Iterator[RenderableType]:
    """Whom else the same is said of, each with its line."""
    if one.others:
        yield Padding(Text(f"and {len(one.others)} alike:", "bold"), (0, 0, 0, 3))
        on = [f": {plain(other.after)}" if one.on_others else "" for other in one.others]
        named = (f"{whose(other)} ID {other.fingerprint}{what}" for other, what in zip(one.others, on, strict=True))
        yield Padding(Text(visible("; ".join(named))), (0, 0, 0, 3))


def _source(finding: Finding, line_of: LineOf) -> Text:
    """The causing lines with their text, signed as a diff signs them."""
    place = finding.location
    removed = place.side == "base"
    sign, style = ("-", "red") if removed else ("+", "green")
    read = source_lines(finding, line_of)
    gone = " (removed)" if removed and any(line.touched for _, line in read) else ""
    lines = [Text(f"{visible(place_text(place))}{gone}", "cyan")]
    for number, line in read:
        signed = (sign, style) if line.touched else (" ", "")
        lines.append(Text(f"{number:>6} {signed[0]} {line.text}", signed[1]))
    if lines_left_out(place):
        lines.append(Text(f"       … {lines_left_out(place)} more lines", "dim"))
    return Text("\n").join(lines)


def _facts(finding: Finding, runs: str) -> Iterator[tuple[str, Text]]:
    was, now = state_names(finding)
    yield was, Text(visible(finding.before))
    yield now, Text(visible(finding.after), "bold")
    yield from _proofs(finding)
    yield from _further(finding)
    way = [f"{step.what} ({step.file}:{step.line})" for step in finding.trail if step.line]
    if len(way) > 1:
        yield "through", Text(visible(" → ".join(way[:6])))
    yield from _instances(finding)
    if runs:
        yield "run by", Text(visible(runs))
    if finding.fix:
        yield "next", Text(plain(finding.fix))
    if finding.suggestion is not None and finding.location.side == "head":  # what is gone stands above
        how = "restore" if finding.restores else "write"
        yield how, Text(visible(clipped(finding.suggestion.strip(), 400)), "green")
    yield from _named(finding)
    yield from _score(finding)


def _named(finding: Finding) -> Iterator[tuple[str, Text]]:
    """By whom it is accepted, and by which rule and ID it is known."""
    if finding.waiver is not None:
        waiver = finding.waiver
        yield "accepted", Text(visible(f"by {waiver.approver or waiver.source} until {waiver.until}: {waiver.reason}"))
    also = f" (also {', '.join(finding.also)})" if finding.also else ""
    yield "rule", Text(f"{finding.rule}{also}  ID {finding.fingerprint}", "dim")


def _further(finding: Finding) -> Iterator[tuple[str, Text]]:
    """What else it grants, each with its line: in the finding's own file the line alone."""
    rest = further(finding)
    for index, grant in enumerate(rest[:MAX_FURTHER]):
        said = Text(f"{visible(grant.said)}  ")
        near = grant.location.line and grant.location.file == finding.location.file
        said.append(f"line {grant.location.line}" if near else visible(place_text(grant.location)), "cyan")
        yield "" if index else "with it", said
    elsewhere = ", ".join(places_of_others(rest))
    if elsewhere:
        yield "", Text(f"and {len(rest) - MAX_FURTHER} more  ").append(visible(elsewhere), "cyan")


def _instances(finding: Finding) -> Iterator[tuple[str, Text]]:
    others = finding.instances[1:]
    if others:
        yield "also", Text(visible(first_few(others, 4)))
    if finding.repeated:
        yield "times", Text("as often as count or for_each says, which is not known here")


def _score(finding: Finding) -> Iterator[tuple[str, Text]]:
    for index, line in enumerate(finding.arithmetic[:6]):
        yield "" if index else "score", Text(visible(line), "dim")
    if len(finding.arithmetic) > 6:
        yield "", Text(f"and {len(finding.arithmetic) - 6} more lines; {finding.points} points together", "dim")


def _proofs(finding: Finding) -> Iterator[tuple[str, Text]]:
    """What is new by one request, or by those of a way up."""
    for index, step in enumerate(proof_steps(finding)):
        yield "" if index else "proof", _request(step)


def _request(step: ProofStep) -> Text:
    witness = step.witness
    text = Text(visible(f"{witness.action} on {witness.resource} by {witness.principal}"))
    for key, values in witness.context.items():
        text.append(visible(f", {key} = {', '.join(values)}"))
    text.append(f"  {step.verdict}", "dim")
    if witness.assumes:
        text.append(visible(f" (assuming {'; '.join(witness.assumes)})"), "dim")
    return text


def _short(about: str, findings: tuple[Finding, ...]) -> Iterator[RenderableType]:
    if not findings:
        return
    yield Text(f"\n{about}", "bold")
    groups = alike(findings)
    for one in groups[:20]:
        why = f": {plain(one.first.why)}" if one.first.why else ""
        others = f"; and {len(one.others)} alike: {', '.join(map(whose, one.others))}" if one.others else ""
        yield _hanging(Text(visible(f"{plain(one.first.title)}{why} ({place_text(one.first.location)}){others}")))
    if len(groups) > 20:
        yield _hanging(Text(f"and {sum(1 + len(one.others) for one in groups[20:])} more"))


def _gaps(gaps: tuple[Gap, ...]) -> Iterator[RenderableType]:
    changed = [gap for gap in gaps if gap.is_open]
    ours = [gap for gap in changed if gap.cause != "open"]
    others = [gap for gap in changed if gap.cause == "open"]
    for about, those in (("Could not be reviewed", ours), ("Not analysed (touched by this change)", others)):
        yield from _gaps_about(about, those)
    standing = len(gaps) - len(changed)
    if standing:
        yield Text(f"\n{standing} not analysed, untouched by this change", "dim")


def _gaps_about(about: str, gaps: list[Gap]) -> Iterator[RenderableType]:
    if gaps:
        yield Text(f"\n{about}", "bold yellow")
    for group in by_kind(gaps)[:MAX_LINES]:
        yield from _gap_group(group)


def _gap_group(group: Sequence[Gap]) -> Iterator[RenderableType]:
    if len(group) > 1:
        yield _hanging(Text(kind_words(group)))
    for gap in group[:NAMED]:
        remedy = f" Remedy: {gap.remedy}" if gap.remedy and gap is group[0] else ""
        place = f"{gap.file}:{gap.line}" if gap.line else gap.file
        yield _hanging(Text(visible(f"{place} {gap_words(gap)}.{remedy}")))
    if len(group) > NAMED:
        yield _hanging(Text(f"and {len(group) - NAMED} more"))


def _hanging(text: Text) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(" -", text)
    return grid


def _footer(review: Review) -> str:
    stats = review.stats
    whole = f"{stats.complete} of {counted(stats.policies, 'policy document')} read whole"
    files = f"{counted(stats.files_parsed, 'file')} (base and head)"
    took = f", {stats.seconds:.2f} s" if stats.seconds else ""
    return f"{counted(stats.roots, 'root')}, {files}, {whole}{took}"
