"""What could not be analysed, as Markdown: changed gaps with place, reason and remedy; standing ones in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.render.accepting import acceptor_words, declaration, declaring_words
from bot.render.gap_words import gap_words
from bot.render.markdown import code, folded, words
from bot.render.phrases import is_commit
from bot.render.speaker import Speaker
from bot.review.identity import OF_COMMIT
from bot.review.model import Gap, Review
from bot.review.prose import and_more, counted
from bot.risk.verdict import changed_gaps


def not_reviewed(review: Review) -> str:
    """ "could not review 1 of 2 roots", for reasons of ours, accepted or not; "" if that is so of none."""
    gaps = [gap for gap in review.gaps if gap.ours]
    if not gaps:
        return ""
    roots = frozenset(root for gap in gaps for root in gap.roots)
    if not roots:
        return f"could not review a part of the change{_accepted(gaps)}"
    every = max(review.stats.roots, len(roots))
    return f"could not review {len(roots)} of {counted(every, 'root')}{_accepted(gaps)}"


def _accepted(gaps: Sequence[Gap]) -> str:
    return ", accepted for this head" if all(gap.waiver for gap in gaps) else ""


def gap_lines(review: Review, shown: int, speaker: Speaker = Speaker.BOT) -> str:
    """The gaps this change touches that can carry policy: those that are ours, then others, at most ten lines each."""
    gaps = changed_gaps(review)
    ours = [gap for gap in gaps if gap.cause != "open"]
    others = [gap for gap in gaps if gap.cause == "open"]
    headings = ("**Could not be reviewed** (for a reason of ours):", "**Not analysed** (touched by this change):")
    told = (_listed(heading, group, shown) for heading, group in zip(headings, (ours, others), strict=True) if group)
    # What is open blocks only where the rules say so: else there is nothing to be accepted, and nothing is said of it.
    decided = [gap for gap in others if gap.waiver is not None or "gaps" in review.blocked_by]
    return "\n\n".join((*told, *([*_accepting((*ours, *decided), review.head, speaker)][: min(shown, MAX_LINES)])))


def _listed(heading: str, gaps: Sequence[Gap], shown: int) -> str:
    if not shown:
        return f"{heading} {len(gaps)}"
    groups = by_kind(gaps)
    told = groups[: min(shown, MAX_LINES)]
    left = sum(map(len, groups[len(told) :]))
    rest = [f"- … and {left} more"] if left else []
    return "\n".join((f"{heading}\n", *map(_line, told), *rest))


MAX_LINES = 10
NAMED = 3
"""So many gaps of one kind are named."""

KIND_WORDS: Mapping[str, str] = {
    DiagnosticKind.UNJUDGED_CHANGE: "changes of what names stand for, which no comparison looks at",
    DiagnosticKind.REMOTE_MODULE: "calls of modules that are not in the repository",
    DiagnosticKind.UNRESOLVED_ELEMENT: "policies with a part that is not known",
    DiagnosticKind.UNRESOLVED_POLICY_ARN: "attached policies that are not known",
    DiagnosticKind.UNKNOWN_MANAGED_POLICY: "AWS-managed policies that are not known",
    DiagnosticKind.MALFORMED_POLICY: "policies that are malformed",
    DiagnosticKind.PARSE_ERROR: "files that do not parse",
    DiagnosticKind.OVER_BUDGET: "limits that were met",
    DiagnosticKind.FAULT: "roots with a fault of ours",
}


def by_kind(gaps: Sequence[Gap]) -> list[tuple[Gap, ...]]:
    """The gaps, those of one kind together, in the order in which the kinds come; those in examples and tests last."""
    groups: dict[tuple[bool, str], list[Gap]] = {}
    for gap in sorted(gaps, key=lambda one: one.in_example):
        groups.setdefault((gap.in_example, "" if gap.in_example else gap.kind or gap.id), []).append(gap)
    return [tuple(group) for group in groups.values()]


def kind_words(group: Sequence[Gap]) -> str:
    """How many of what: "23 calls of modules that are not in the repository"."""
    what = "in examples and tests" if group[0].in_example else plural_words(group[0].kind)
    return f"{len(group)} {what}"


def plural_words(kind: str) -> str:
    """Gaps of a kind: "calls of modules that are not in the repository"."""
    return KIND_WORDS.get(kind, kind.replace("-", " "))


def _line(group: Sequence[Gap]) -> str:
    if len(group) == 1:
        return f"- {'in an example or test: ' if group[0].in_example else ''}{_entry(group[0])}"
    if len(set(map(gap_words, group))) == 1:
        named = f"{_some(map(_place, group), ', ')}: {words(gap_words(group[0]))}"
    else:
        named = _some((f"{_place(gap)} {words(gap_words(gap))}" for gap in group), "; ")
    remedies = {gap.remedy for gap in group}
    remedy = f" Remedy: {words(group[0].remedy)}" if len(remedies) == 1 and group[0].remedy else ""
    return f"- {words(kind_words(group))}: {named}.{remedy}"


def _some(named: Iterable[str], between: str) -> str:
    """The first of them, each once, and how many are not among these."""
    counts = Counter(named)
    told = list(counts)[:NAMED]
    left = counts.total() - sum(counts[one] for one in told)
    return f"{between.join(told)}{and_more(left)}"


def standing_line(review: Review) -> str:
    """The gaps that were there before or cannot carry policy, folded into one line."""
    gaps = [gap for gap in review.gaps if not gap.is_open]
    if not gaps:
        return ""
    kinds: dict[str, int] = {}
    for gap in gaps:
        kinds[gap.kind or gap.reason] = kinds.get(gap.kind or gap.reason, 0) + 1
    listed = ", ".join(f"{words(kind)} {count}" for kind, count in sorted(kinds.items(), key=lambda item: -item[1])[:8])
    return folded(f"{len(gaps)} not analysed, untouched by this change", listed)


def _entry(gap: Gap) -> str:
    remedy = f" Remedy: {words(gap.remedy)}" if gap.remedy else ""
    return f"{_place(gap)} {words(gap_words(gap))}.{remedy}"


def _accepting(gaps: Sequence[Gap], head: str, speaker: Speaker) -> Iterator[str]:
    """How to accept that something was not looked at, or who did; once for what is accepted together."""
    for gap in {gap.same: gap for gap in reversed(gaps)}.values():
        roots = f"{', '.join(map(code, gap.roots)) or 'this'} not being reviewed whole"
        what = roots if gap.ours else f"{_place(gap)} not being analysed"
        if gap.waiver is not None:
            yield f"{what}: accepted for this head by {acceptor_words(gap.waiver)}: {words(gap.waiver.reason)}"
        elif speaker is Speaker.BOT:
            command = f'/iam accept {gap.id} until=… reason="…"'
            yield f"An approver can accept {what}, for this head only: {code(command)}"
        elif is_commit(head):
            yield f"{what} is accepted {declaring_words(declaration(gap.id, f'{OF_COMMIT}{head}'))}"


def _place(gap: Gap) -> str:
    return code(f"{gap.file}:{gap.line}") if gap.line else code(gap.file or gap.address or "?")
