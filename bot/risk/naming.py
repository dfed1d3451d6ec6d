"""Which rules apply to a finding, and what configuration says of them: switched off, or graded once and for all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.iam.policy_subject import RoleTrust
from bot.review.model import GRADES, Finding, GradeName
from bot.review_config.settings import ReviewConfig
from bot.risk.advice.as_narrow import as_narrow
from bot.risk.advice.by_holder import advise
from bot.risk.advice.steps import Advice, NameSubject
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.grouping import GrantGroup
from bot.risk.rules import RULES
from bot.risk.rules.help_page import help_page
from bot.risk.rules.rule import Rule
from bot.risk.score import POINTS
from bot.risk.verdict import blocks_as_rules
from bot.risk.wording.advice_words import sentences
from bot.risk.wording.arithmetic import by_setting

_ANY_OTHER = RULES[-1]


def rules_of(group: GrantGroup, off: frozenset[str] = frozenset()) -> list[Rule]:
    """The rules that apply, first the most severe one of the worst gain; none if all that say something are off.

    One that forbids comes first, whatever else is gained, and cannot be switched off.
    """
    applying = [rule for rule in RULES if any(rule.matches(gain) for gain in group.gains)]
    first = next((rule for rule in applying if rule.forbids), None) or _first(applying, group, off)
    if first is None:
        return []
    others = [rule for rule in applying if rule not in (first, _ANY_OTHER) and rule.name not in off]
    return [first, *others]


def _first(applying: list[Rule], group: GrantGroup, off: frozenset[str]) -> Rule | None:
    """The most severe rule of the worst gain that is not off; none if only the one for any other access is left."""
    worst = [rule for rule in applying if rule.matches(group.worst.worst_part)]
    first = next((rule for rule in worst if rule.name not in off), worst[0])
    return None if first.name in off or (first is _ANY_OTHER and worst[0] is not first) else first


def remedy_of(rules: Sequence[Rule], group: GrantGroup) -> Advice:
    """The smallest remedy: to put back what kept the worst of it away, else what the first rule advises."""
    restoring = (rule for rule in rules if rule.restores and rule.matches(group.worst))
    advice = next(restoring, rules[0]).advises(group.worst.worst_part)
    advice = advice or _remedy_of_trust(group) or as_narrow(group.worst.worst_part.grant)
    return (*advice, *_subject(group, advice)) if len(sentences(advice)) == 1 else advice


def _subject(group: GrantGroup, advice: Advice) -> Advice:
    """Of a new role that a pattern of subjects comes to: the one subject, too."""
    trusts = [one.grant for one in group.gains if group.new_principal and isinstance(one.grant.holder, RoleTrust)]
    steps = (step for one in trusts for step in advise(one) if isinstance(step, NameSubject) and step not in advice)
    return tuple(steps)[:1]


def _remedy_of_trust(group: GrantGroup) -> Advice:
    """Of a new role that may do nothing that could be narrowed: what its trust could ask for."""
    trusts = (gain for gain in group.gains if group.new_principal and isinstance(gain.grant.holder, RoleTrust))
    return next((advice for one in trusts if (advice := advise(one.grant))), ())


def tells_paths(off: frozenset[str]) -> bool:
    """Whether a rule that is on speaks of escalation paths."""
    return any(rule.of_paths and rule.name not in off for rule in RULES)


def switched_off(rules: ReviewConfig) -> frozenset[str]:
    """The names of the rules that are off."""
    return frozenset(name for name, setting in rules.rules.items() if setting == "off")


def shown(groups: Iterable[GrantGroup], off: frozenset[str]) -> tuple[list[GrantGroup], tuple[str, ...]]:
    """The groups that some rule speaks of, and a note on those that none does."""
    every = list(groups)
    kept = [group for group in every if rules_of(group, off)] if off else every
    left_out = len(every) - len(kept)
    return kept, (_note(left_out, off),) if left_out else ()


def without(
    findings: Sequence[Finding], off: frozenset[str], rules: ReviewConfig
) -> tuple[list[Finding], tuple[str, ...]]:
    """The same for findings that are not about access; what blocks as a change of the rules cannot be switched off."""
    kept = [finding for finding in findings if finding.rule not in off or blocks_as_rules(finding, rules)]
    left_out = len(findings) - len(kept)
    return kept, (_note(left_out, off),) if left_out else ()


def _note(count: int, off: frozenset[str]) -> str:
    things = "finding is" if count == 1 else "findings are"
    return f"{count} {things} not shown, as the rules switch off {', '.join(sorted(off))}"


def grade_by_rules(gain: AssessedGrant, rules: ReviewConfig) -> tuple[GradeName, str]:
    """The grade of the finding that a gain would be alone, and how it comes about."""
    first = next(iter(rules_of(GrantGroup((gain,)))), None)
    setting = "" if first is None else rules.rules.get(first.name)
    grade = next((name for name in GRADES if name == setting), None)
    if first is None or grade is None:
        return gain.grade, str(gain.weighed[0])
    return grade, f"{gain.weighed[0]}; {by_setting(first.name, grade)}"


def with_severity(finding: Finding, rules: ReviewConfig) -> Finding:
    """The finding with the grade that the rules give its rule, if they do, and the address of its page."""
    if rules.help_pages:
        finding = dataclasses.replace(finding, help=help_page(finding.rule, rules.help_pages))
    setting = rules.rules.get(finding.rule)
    grade = next((name for name in GRADES if name == setting), None)
    if grade is None or grade == finding.grade:
        return finding
    points = POINTS[grade]
    line = by_setting(finding.rule, grade)
    return dataclasses.replace(finding, grade=grade, points=points, arithmetic=(*finding.arithmetic, line))
