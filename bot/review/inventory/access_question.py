"""A question of who can do what: whether it can be asked, and what may be wrong with it. Asked in one place of all."""

from __future__ import annotations

from bot.errors import UsageError
from bot.frozen import dataclass
from bot.iam.arn import is_arn
from bot.iam.catalog import load_catalog
from bot.iam.pattern import TooComplex, meets

_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class AccessQuestion:
    """An action and a resource ("" is any); both may be patterns. `question` makes it of what somebody gave."""

    action: str
    resource: str = ""


def question(action: str, resource: str) -> AccessQuestion:
    """What was asked. Raises UsageError with a sentence that says what to ask instead."""
    action, resource = action.strip(), resource.strip()
    if not action:
        raise UsageError("name an action, such as s3:GetObject: a resource alone asks nothing")
    if max(len(action), len(resource)) > _LONGEST:
        raise UsageError("an action and a resource have at most 2048 characters")
    if resource and not is_arn(resource) and not resource.startswith(("*", "${")):
        raise UsageError(f"a resource is an ARN, or a pattern such as *{resource}*")
    return AccessQuestion(action, resource)


@dataclass(frozen=True, slots=True)
class Misasked:
    """What is wrong with a question, in words; `never` if there is no such request, as it is on other resources."""

    why: str
    never: bool = False


def misasked(asked: AccessQuestion) -> Misasked | None:
    """Why nobody might be found who can do it though somebody can, or somebody though nobody can."""
    catalog = load_catalog()
    known = catalog.expand(asked.action)
    if not known:
        nearest = catalog.nearest(asked.action)
        hint = f"; perhaps {nearest}" if nearest else ""
        return Misasked(f"no action of AWS that is known here is called {asked.action}{hint}")
    if not asked.resource or "${" in asked.resource:
        return None
    if any(_fits(arn, asked.resource) for one in known for arn in catalog.fits(one)):
        return None
    return Misasked(
        f"{asked.action} is never on {asked.resource}; it is on {' or '.join(catalog.fits(known[0]))}", True
    )


def _fits(arn: str, resource: str) -> bool:
    try:
        return meets(arn, resource)
    except TooComplex:
        return True
