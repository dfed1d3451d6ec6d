"""Whom an identity provider's tokens stand for: a repository, project or service account, ahead of the provider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.access_diff.delta import ConditionView, PrincipalPattern, Row
from bot.iam.wildcard import characters, wildcard_match
from bot.late_pattern import late_pattern
from bot.risk.exposure import PrincipalExposure, in_words, is_oidc_provider, without_sessions
from bot.risk.grading import GradedGrant
from bot.risk.limiting_conditions import limits
from bot.risk.wording.words import few

_PROVIDERS = {"token.actions.githubusercontent.com": "GitHub Actions", "gitlab.com": "GitLab"}

FORMS = tuple(
    (late_pattern(form.replace("NAME", r"(?:repo|project_path):(?P<name>[^:*?]+/[^:*?]+|\$\{[^{}]+\})")), said)
    for form, said in (
        (r"system:serviceaccount:(?P<namespace>[^:*]+):\*", "every service account in {namespace}"),
        (r"system:serviceaccount:\*:(?P<name>[^:*]+)", "service account {name} of any namespace"),
        (r"system:serviceaccount:(?P<namespace>[^:]+):(?P<name>[^:]+)", "service account {namespace}/{name}"),
        (r"(?:repo|project_path):(?P<name>[^:*?/]+)/\*", "any repository under {name}"),
        (r"(?:repo|project_path):(?P<name>[^:*?/]+)/\*:ref:\*", "any branch or tag of any repository under {name}"),
        (r"NAME:\*", "any workflow of {name}"),
        (r"NAME:ref:\*", "any branch or tag of {name}"),
        (r"NAME:\$\{module\.[^{}]+ claim\}", "workflows of {name}"),
        (r"NAME:pull_request", "pull requests of {name}"),
        (r"NAME:(?:ref:refs/heads/|ref_type:branch:ref:)(?P<branch>[^*?]+)", "{name} on branch {branch}"),
        (r"NAME:(?:ref:refs/heads/|ref_type:branch:ref:)(?P<branch>.+)", "{name} on branches like {branch}"),
        (r"NAME:ref:refs/tags/(?P<tag>[^*?]+)", "{name} on tag {tag}"),
        (r"NAME:ref:refs/tags/(?P<tag>.+)", "{name} on tags like {tag}"),
        (r"NAME:environment:(?P<environment>[^*?]+)", "{name} in environment {environment}"),
    )
)
"""Forms of subjects, and what people call them"""


def subjects_words(grant: GradedGrant, shown: int) -> str:
    """The subjects that are let in, those that were not before if there are such; "" where the provider says all."""
    values, principals = _let_in(grant), without_sessions(grant.shown.principals)
    return _issued(values, principals, shown) if values else ""


def subjects_of(grant: GradedGrant) -> tuple[str, ...]:
    """The same subjects one by one, each with who issues its tokens."""
    principals = without_sessions(grant.shown.principals)
    return tuple(_issued((value,), principals, 1) for value in _let_in(grant))


def _let_in(grant: GradedGrant) -> Sequence[str]:
    """The values of the subjects that are new; none where the provider says all, or not all come by a token."""
    values = list(_new_subjects(grant))
    by_token = all(map(_is_provider, without_sessions(grant.shown.principals)))
    return values if by_token and PrincipalExposure.PROVIDER not in grant.outsiders else ()


def row_subjects_words(row: Row, shown: int) -> str:
    """The subjects that a statement lets in, whoever was before; the provider where it lets in all of its subjects."""
    values, principals = list(_values(row.conditions)), without_sessions(row.principals)
    return _issued(values, principals, shown) if values else f"every subject of {few(_issuers(principals), shown)}"


def _issued(values: Sequence[str], principals: Sequence[PrincipalPattern], shown: int) -> str:
    issued = "" if all(map(_is_service_account, values)) else f" ({few(_issuers(principals), shown)})"
    return f"{few(list(map(subject_words, values)), shown)}{issued}"


def earlier_subjects_words(grant: GradedGrant, shown: int) -> str:
    """The subjects that were let in before; "" if there were none."""
    before = grant.held
    return few(list(map(subject_words, _values(before.conditions))), shown) if before is not None else ""


def but_for_subjects(grant: GradedGrant, conditions: Sequence[ConditionView] | None = None) -> Sequence[ConditionView]:
    """Conditions (what is shown of the grant) without those that say whom a token stands for, where that is named."""
    conditions = grant.shown.conditions if conditions is None else conditions
    if not subjects_words(grant, 1):
        return conditions
    return tuple(one for one in conditions if not one.key.lower().endswith((":sub", ":aud", ":iss")))


def _new_subjects(grant: GradedGrant) -> Iterator[str]:
    before = grant.held
    had = [characters(value, wild=True) for value in _values(before.conditions)] if before is not None else []
    values = list(_values(grant.shown.conditions))
    yield from [value for value in values if not any(wildcard_match(one, value) for one in had)] or values


def _values(conditions: Iterable[ConditionView]) -> Iterator[str]:
    for one in conditions:
        if one.key.lower().endswith(":sub") and limits(one):
            yield from one.values


def _is_service_account(value: str) -> bool:
    return value.startswith("system:serviceaccount:")


def _is_provider(one: PrincipalPattern) -> bool:
    return not one.without and is_oidc_provider(one)


def _issuers(principals: Iterable[PrincipalPattern]) -> list[str]:
    return [_PROVIDERS.get(name, name) for name in map(in_words, principals)]


def subject_words(value: str) -> str:
    """One subject as its people call it."""
    found = ((form.fullmatch(value), said) for form, said in FORMS)
    return _owned(next((said.format_map(match.groupdict()) for match, said in found if match), value))


_OWNER = late_pattern(r"\$\{module\.[^{}]+ org_name\}/(?=[\w.-])")
"""The owner of a repository that an unread module knows, or is given by its defaults: the condition shows it."""


def _owned(said: str) -> str:
    return _OWNER.sub("repository ", said)
