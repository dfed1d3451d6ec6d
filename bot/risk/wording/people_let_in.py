"""Whom a resource or trust policy lets in, in a reader's words."""

from __future__ import annotations

from bot.access_diff.delta import PrincipalPattern
from bot.iam.statement import PolicyKind
from bot.review.prose import counted
from bot.risk.exposure import (
    PrincipalExposure,
    account_words,
    is_of_who_applies,
    is_service,
    people,
    tells_account,
    without_sessions,
)
from bot.risk.grading import GradedGrant
from bot.risk.limiting_conditions import ACCOUNT_KEYS, limited_by
from bot.risk.wording.token_subjects import subjects_words
from bot.risk.wording.words import condition_words, cut, few, few_people

_LIMITED_ANYONE = {
    PrincipalExposure.ORGANIZATION: "anyone in the organisation",
    PrincipalExposure.EXTERNAL: "anyone in the other account",
}


def people_of(grant: GradedGrant) -> tuple[str, ...]:
    """Who is let in, in words; "anyone" only where no condition limits who that is, and never of what only limits."""
    principals, worst = without_sessions(grant.shown.principals), max(grant.outsiders)
    if not is_of_anyone(grant) or (worst is PrincipalExposure.ANYONE and grant.kind is not PolicyKind.LIMIT):
        return people(principals)
    if grant.kind is PolicyKind.LIMIT:
        return ("those whom it no longer holds back",)
    words = "" if is_unnamed(grant) else _limited_anyone(grant, worst) or _of_account(grant)
    return (words or "anyone who meets the condition",)


def is_of_anyone(grant: GradedGrant) -> bool:
    """Whether its row names nobody but anyone."""
    principals = without_sessions(grant.shown.principals)
    return bool(principals) and all(map(_is_anyone, principals))


def _limited_anyone(grant: GradedGrant, worst: PrincipalExposure) -> str:
    if worst is PrincipalExposure.ORGANIZATION and grant.another_organization:
        return "anyone in another organisation"
    return _LIMITED_ANYONE.get(worst, "")


def _of_account(grant: GradedGrant) -> str:
    """Whoever is of the one account that a condition names, or acts for it; "" where none does."""
    account = limited_by(grant.shown.conditions, _OF_ONE_ACCOUNT)
    if account is None or len(account.values) != 1:
        return ""
    how = "acting for" if account.key.lower() == _FOR_WHOM else "in"
    return f"anyone {how} {account_words(account.values[0])}"


_FOR_WHOM = "aws:sourceaccount"
_OF_ONE_ACCOUNT = ACCOUNT_KEYS - {"s3:dataaccesspointaccount"}


def outsiders_words(grant: GradedGrant, shown: int) -> str:
    """Who is let in, and whether nothing says that their account is ours."""
    if subjects := subjects_words(grant, shown):
        return subjects
    who, principals = people_of(grant), without_sessions(grant.shown.principals)
    if max(grant.outsiders) is not PrincipalExposure.EXTERNAL or len(who) != 1 or _is_anyone(principals[0]):
        return few_people(who, shown) or "others"
    if is_unnamed(grant):
        return f"{cut(who[0])}, to which nothing here gives a value,"
    return f"{cut(who[0])}, {_whose(grant, principals[0])},"


def _whose(grant: GradedGrant, principal: PrincipalPattern) -> str:
    """What is said of another account: who applies this knows their own, where it is not that of what is opened."""
    if is_of_who_applies(principal):
        return f"another than that of the {'role' if grant.kind is PolicyKind.TRUST else 'resource'}"
    return "not known to be yours" if tells_account(principal) else "of an account not known to be yours"


def asked_words(grant: GradedGrant, shown: int = 1) -> str:
    """ " if sts:ExternalId is x": what another account that a trust names has to meet; "" of all others."""
    named = grant.kind is PolicyKind.TRUST and not is_of_anyone(grant)
    another = named and max(grant.outsiders) is PrincipalExposure.EXTERNAL
    return condition_words(grant.shown.conditions, shown) if another else ""


def is_unnamed(grant: GradedGrant) -> bool:
    """Whether an expression without a value is all there is of who the outsiders are."""
    return any(cell.who.unnamed for cell in grant.cells)


def services_words(grant: GradedGrant, shown: int) -> str:
    """The services that are let in for anyone; whoever else is let in beside them acts for nobody."""
    principals = grant.shown.principals
    services = people([one for one in principals if is_service(one)])
    if not services:
        return few(people_of(grant), shown)
    others = len(people(principals)) - len(services)
    beside = f" (and {counted(others, 'principal')} by name)" if others else ""
    return f"{few(services, shown)}{beside}"


def _is_anyone(principal: PrincipalPattern) -> bool:
    return principal.everyone and not principal.without
