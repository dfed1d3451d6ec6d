"""Whom a resource or trust policy lets in, in a reader's words."""

from __future__ import annotations

from bot.risk.exposure import PrincipalExposure, people
from bot.risk.grading import GradedGrant
from bot.risk.wording.words import counted, cut, few

_LIMITED_ANYONE = {
    PrincipalExposure.ORGANIZATION: "anyone in the organisation",
    PrincipalExposure.EXTERNAL: "anyone in the other account",
}


def people_of(gain: GradedGrant) -> tuple[str, ...]:
    """Who is let in, in words; "anyone" only where no condition limits who that is."""
    who, worst = people(gain.shown.principals), max(gain.outsiders)
    if who != ("anyone",) or worst is PrincipalExposure.ANYONE:
        return who
    return (_LIMITED_ANYONE.get(worst, "anyone who meets the condition"),)


def outsiders_words(gain: GradedGrant, shown: int) -> str:
    """Who is let in, and whether nothing says that their account is ours."""
    who, worst = people_of(gain), max(gain.outsiders)
    if worst is not PrincipalExposure.EXTERNAL or len(who) != 1 or who[0].startswith("anyone"):
        return few(who, shown) or "others"
    whose = "not known to be yours" if "account " in who[0] else "of an account not known to be yours"
    return f"{cut(who[0])}, {whose},"


def services_words(gain: GradedGrant, shown: int) -> str:
    """The services that are let in for anyone; whoever else is let in beside them acts for nobody."""
    who = people_of(gain)
    services = [one for one in who if one.endswith((".amazonaws.com", ".amazonaws.com.cn"))]
    others = len(who) - len(services)
    return few(services or who, shown) + (
        f" (and {counted(others, 'principal')} by name)" if services and others else ""
    )
