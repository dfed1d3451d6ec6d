"""Probable mistakes in statements that a change touches: they grant nothing new, or not what they seem to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.extract.permissions import PERMISSIONS
from bot.iam.grant import Grant
from bot.risk.finding import Lint as LintFinding
from bot.risk.finding import Location
from bot.risk.grouping import block
from bot.risk.lint.action_resource import action_cannot_meet_resource
from bot.risk.lint.condition_key import condition_key_not_supported
from bot.risk.lint.old_version import variable_in_old_version
from bot.risk.lint.policy_size import policy_too_long
from bot.risk.lint.principal_wildcard import wildcard_in_principal
from bot.risk.lint.problem import Lint, Problem
from bot.risk.lint.unknown_action import unknown_action
from bot.touched import Touched

LINTS: tuple[Lint, ...] = (
    unknown_action,
    action_cannot_meet_resource,
    condition_key_not_supported,
    variable_in_old_version,
    wildcard_in_principal,
)
"""Those that look at one statement; policies' sizes are looked at as a whole."""


def lint(grants: Iterable[Grant], touched: Touched) -> tuple[LintFinding, ...]:
    """The problems of the head's statements that the change touches, each once, in order of place."""
    written = [grant for grant in grants if _is_written(grant)]
    changed = [grant for grant in written if any(touched.touches(s.span, "head") for s in grant.statement.trail)]
    own = {grant.policy for grant in changed}
    problems = [problem for grant in changed for look in LINTS for problem in look(grant)]
    problems += policy_too_long(grant for grant in written if grant.policy in own)
    return tuple(
        sorted(dict.fromkeys(_located(problems, touched)), key=lambda one: (one.location.file, one.location.line))
    )


def _is_written(grant: Grant) -> bool:
    """Whether somebody wrote the statement: not AWS, and not we, for a resource that grants by its arguments."""
    kind = block(grant.policy).partition(".")[0]
    return not grant.policy.startswith("arn:") and kind not in PERMISSIONS


def _located(problems: Iterable[Problem], touched: Touched) -> Iterator[LintFinding]:
    """Each at its innermost touched line, else where it is written."""
    for problem in problems:
        steps = [step.span for step in problem.trail if step.span.line]
        spans = [span for span in steps if touched.touches(span, "head")] or steps
        if spans:
            place = Location(spans[0].file, spans[0].line, spans[0].end_line, "head")
            yield LintFinding(problem.rule, problem.title, place, problem.help)
