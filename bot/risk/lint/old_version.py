"""A policy variable in a policy of 2008, where it is plain text."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Text
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem
from bot.risk.lint.problem import probable_mistake

_HELP = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"


def variable_in_old_version(grant: Grant) -> Iterator[PolicyProblem]:
    """`${...}` in resources and condition values under Version 2008-10-17, the default when there is none."""
    statement = grant.statement
    if statement.version == "2012-10-17":
        return
    values = (value for condition in statement.conditions for value in condition.values)
    for text in (*statement.resources, *values):
        if _has_variable(text):
            title = f"{text} is plain text in a policy without Version 2012-10-17, no variable"
            yield probable_mistake(DiagnosticKind.VARIABLE_IN_OLD_VERSION, title, text.trail, _HELP)


def _has_variable(text: Text) -> bool:
    return any(isinstance(part, str) and "${" in part for part in text.parts)
