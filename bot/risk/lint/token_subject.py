"""A subject that no token of its identity provider has, unless somebody changed how they are written there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem
from bot.late_pattern import late_pattern
from bot.risk.lint.problem import probable_mistake

_WILDCARD = late_pattern(r"[*?]")
_FIRST_WORD = late_pattern(r"[a-z_]+(?![a-z_/])")


@dataclass(frozen=True, slots=True)
class _Subjects:
    """How a provider's subjects are written: they begin alike, then come a path and a colon, and something behind it.

    `slashes` is how many slashes the path may have (None: any number), `example` is one.
    """

    host: re.Pattern[str]
    begins: str
    slashes: int | None
    example: str
    help: str


_PROVIDERS = (
    _Subjects(
        late_pattern(r"token\.actions\.githubusercontent\.com"),
        "repo:",
        1,
        "repo:OWNER/NAME:*",
        "https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims",
    ),
    _Subjects(
        late_pattern(r"gitlab\.com"),
        "project_path:",
        None,
        "project_path:GROUP/NAME:*",
        "https://docs.gitlab.com/ci/cloud_services/aws/",
    ),
    _Subjects(
        late_pattern(r"oidc\.eks\..*"),
        "system:serviceaccount:",
        0,
        "system:serviceaccount:NAMESPACE:NAME",
        "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",
    ),
)
"""GitHub's and GitLab's as they are where nobody has changed their format."""


def subject_that_no_token_has(grant: Grant) -> Iterator[PolicyProblem]:
    """`repo:acme/app` without what follows the repository, `repo:acme/app/*` with a slash in place of the colon."""
    for condition in grant.statement.conditions:
        host = condition.key.lower().removesuffix(":sub")
        known = (one for one in _PROVIDERS if host != condition.key.lower() and one.host.fullmatch(host))
        subjects = next(known, None)
        positive = condition.operator.lower().removeprefix("foranyvalue:").startswith(("stringequals", "stringlike"))
        for value in condition.values if subjects is not None and positive else ():
            text = value.literal
            if subjects is not None and text is not None and "${" not in text and not _may_match(text, subjects):
                title = f"no token has the subject {text}, unless their format was changed: {subjects.example}"
                yield probable_mistake(
                    DiagnosticKind.SUBJECT_OF_NO_TOKEN, title, value.trail or condition.trail, subjects.help
                )


def _may_match(pattern: str, subjects: _Subjects) -> bool:
    """Whether some subject may match; what stands behind the first wildcard may be anything."""
    written, *rest = _WILDCARD.split(pattern, maxsplit=1)
    if not written.startswith(subjects.begins):
        # Another first word is another format, which an organisation may have chosen.
        return bool(rest and subjects.begins.startswith(written)) or _FIRST_WORD.match(written) is not None
    after = written.removeprefix(subjects.begins)
    path = tuple(takewhile(lambda char: char != ":", after))
    too_deep = subjects.slashes is not None and path.count("/") > subjects.slashes
    return not too_deep and bool(rest or len(path) < len(after))
