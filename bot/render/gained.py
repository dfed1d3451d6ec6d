"""The tables of what a review found gained, and who gains it, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evaluated.production import environments, production_first
from bot.render.alike import Alike, alike
from bot.render.markdown import code, folded, table, words
from bot.render.phrases import GRADE_SIGNS, place_words
from bot.render.remedies import WEIGHTY
from bot.review.model import Finding, FindingPrincipal
from bot.review.prose import Prose, counted
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import worth_comment
from bot.risk.wording.symbol_words import shortened
from bot.risk.wording.words import in_variants, role_called


def also_new(findings: Sequence[Finding]) -> str:
    """The other new roles, users and groups, and who else is let in; those of examples only where one of them leads."""
    first, *others = findings
    seen = [one for one in others if first.in_example or not one.in_example]
    return " ".join(filter(None, (_sentence("Also new", _new(seen)), _sentence("Also let in", _let_in(seen)))))


def _new(findings: Sequence[Finding]) -> list[str]:
    return [_principal(one.principal) for one in findings if one.principal and one.who and one.kind not in _LETTING_IN]


def _let_in(findings: Sequence[Finding]) -> list[str]:
    return [_who(one) for one in findings if one.who and one.kind in _LETTING_IN and one.grade in WEIGHTY]


_LETTING_IN = ("trust", "resource")
"""Of these `who` are let in; of others they can become whom the finding is about, which is new."""


def _sentence(said: str, named: Sequence[str]) -> str:
    return f"{said}: {'; '.join(_few(named))}." if named else ""


def _few(named: Sequence[str]) -> Sequence[str]:
    """As many as are named, or the first two and how many more there are."""
    return named if len(named) <= _FEW else (*named[:_TWO], f"{len(named) - _TWO} more")


def gained_tables(findings: tuple[Finding, ...], rules: ReviewConfig, shown: int, folds: int) -> str:
    """The table of what is gained: beside what gets a comment, and from a few on, what is low is folded."""
    if not findings or not shown:
        return f"{counted(len(findings), 'new privilege')}: see the report." if findings else ""
    groups = alike(findings)
    plain, folds_low = _low_apart(groups, rules)
    parts = [_gained_table(plain, shown), TOGETHER if len(groups) < len(findings) else ""]
    if folds_low:
        count = sum(1 + len(one.others) for one in folds_low)
        parts.append(folded(f"{GRADE_SIGNS['low']} {count} more of grade low", _gained_table(folds_low, folds)))
    return "\n\n".join(filter(None, parts))


def _low_apart(groups: Sequence[Alike], rules: ReviewConfig) -> tuple[list[Alike], list[Alike]]:
    """What is seen at once, and what is folded; one alone needs no fold."""
    low = [one for one in groups if _is_quiet(one.first, rules)]
    weighs = [one for one in groups if not _is_quiet(one.first, rules)]
    plain, folds_low = (weighs, low) if weighs else (low[:MAX_LOW], low[MAX_LOW:])
    return (plain, folds_low) if folds_low[1:] else ([*plain, *folds_low], [])


def _is_quiet(finding: Finding, rules: ReviewConfig) -> bool:
    return finding.grade == "low" and not worth_comment(finding, rules)


MAX_LOW = 5
"""So many of low grade are seen at once where nothing weighs more."""


def _gained_table(groups: Sequence[Alike], shown: int) -> str:
    rows = [
        (
            f"{GRADE_SIGNS[one.first.grade]} {one.first.grade}",
            f"{_held_where(one.first)}{_who(one.first, _and_other_holders(one))}",
            f"{words(one.first.before)} {'→' if one.first.kind == 'config' else '+'} **{words(one.first.after)}**"
            f"{_on_others(one)}",
            f"{place_words(one.first.location)}{_and_others(one, 'other place')}",
        )
        for one in groups[:shown]
    ]
    told = table(("grade", "who gains", "held + new", "where"), rows) if rows else ""
    return f"{told}{_and_more(groups[shown:])}".strip()


def _and_more(groups: Sequence[Alike]) -> str:
    """How many have no row of their own."""
    rest = sum(1 + len(one.others) for one in groups)
    why = "none of a worse grade, or only in examples" if any(one.first.in_example for one in groups) else _NO_WORSE
    return f"\n\n… and {counted(rest, 'more new privilege')}, {why}." if rest > 0 else ""


_NO_WORSE = "none of a worse grade"


TOGETHER = "Of so many, those that gain the same actions by the same rule stand in one row."


def _and_other_holders(one: Alike) -> str:
    """The names of those that are alike, or how many they are where that is more, or where names do not say who."""
    first, *others = (each.principal.name if each.principal else "" for each in (one.first, *one.others))
    named = all(others) and len({first, *others}) == len(one.others) + 1
    return and_named(others) if named and len(others) < _FEW else _and_others(one, "other")


def _and_others(one: Alike, what: str) -> str:
    return f" and {counted(len(one.others), what)}" if one.others else ""


def _on_others(one: Alike) -> str:
    return f", and on other resources for {counted(one.on_others, 'other')}" if one.on_others else ""


def _held_where(finding: Finding) -> str:
    """What a reader has to know before all else of who has it: only an example, nobody today, or some, and which."""
    if finding.in_example:
        return "in an example or test: "
    off = "not by default" if finding.disabled_by_default or not finding.may_block else ""
    told = words(finding.held_where)
    return f"{f'{off} ({told})' if off and told else off or told}: " if off or told else ""


def _who(finding: Finding, others: str = "") -> str:
    """Who is let in, and to what; or who gains, with whoever can become it where it is new. `others` gain alike."""
    let_in = _names(finding.who)
    if finding.principal is None:
        return f"{words(finding.title)}{others}"
    more = f"{and_named(_holders(finding)[1:])}{others}{_not_today(finding)}"
    where = f"{words(in_variants(production_first(environments(finding.variants))))}{_in_examples(finding)}"
    if let_in and finding.kind in _LETTING_IN:
        joins = "as" if finding.kind == "trust" else "to"
        return f"{let_in}, {joins} {_principal(finding.principal)}{more}{where}"
    repeated = " (each)" if finding.repeated else ""
    usable = f", usable by {let_in}" if let_in else ""
    return f"{_principal(finding.principal)}{more}{repeated}{usable}{where}"


def _holders(finding: Finding) -> tuple[str, ...]:
    """Who all gains it: those of several variants are one, and of credentials their owners."""
    if _is_told_together(finding):
        return finding.principals
    return tuple(one for one in finding.instances if one not in finding.not_today)


def _is_told_together(finding: Finding) -> bool:
    return bool(finding.variants) or finding.kind in (*_LETTING_IN, "exposure")


def _not_today(finding: Finding) -> str:
    """Who else has it only where a variable is not its default."""
    later = () if _is_told_together(finding) else finding.not_today
    return f"; not by default {_joined(_few([code(shortened(one)) for one in later]))}" if later else ""


def and_named(others: Sequence[str]) -> str:
    """Who there is beside the first: by name up to two of them, of more how many."""
    if len(others) >= _FEW:
        return f" and {len(others)} more"
    *some, last = (code(shortened(one)) for one in others) if others else ("",)
    return f"{''.join(f', {one}' for one in some)} and {last}" if last else ""


_TWO = 2
_FEW = 3
"""So many are named, the first among them; of more some, and how many more there are."""


def _in_examples(finding: Finding) -> str:
    """How often examples and tests have it of the module that gives it."""
    return f"; also in examples and tests ({len(finding.examples)})" if finding.examples else ""


def _principal(principal: FindingPrincipal) -> str:
    """What it is and its name; of a role that is known by the module or state that makes it alone, which."""
    kind = "role" if principal.kind == "module" else principal.kind
    role = role_called(principal.name) if kind == "role" else principal.name
    gets = "whoever gets " if kind == "policy" else ""
    return f"{gets}{words(kind)} {code(shortened(role))}" if role == principal.name else words(f"role {role}")


def _names(names: Sequence[Prose]) -> str:
    """The first few in a row; "" for none."""
    return _joined(_few(tuple(map(words, names))))


def _joined(names: Sequence[str]) -> str:
    *before, last = names or ("",)
    return f"{', '.join(before)} and {last}" if before else last
