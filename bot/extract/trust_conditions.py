"""Whether a principal of the root gets past a trust policy's conditions: surely, only by a doubt, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.evaluated.document import Text
from bot.frozen import dataclass
from bot.iam.action_glob import names_action
from bot.iam.arn import Arn, is_arn, printed_segments, split_action
from bot.iam.condition_operators import condition_holds
from bot.iam.grant import GUESTS, POOLS
from bot.iam.request import Request
from bot.iam.statement import Condition, Effect, PrincipalEntry, Statement

ROLE, USER, SERVICE = "role", "user", "service"

_CHOSEN = ("sts:externalid", "sts:rolesessionname")
"""Who assumes a role says them in the request."""

_OF_SERVICES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths")
"""Only services name for whom they act."""

_SECOND_FACTOR = ("aws:multifactorauthpresent", "aws:multifactorauthage")

_TYPES = {ROLE: "AssumedRole", USER: "User", "group": "User", "permission_set": "AssumedRole"}
"""What callers are: members of a group are users, and of a permission set each account has a role."""

_AMR = f"{POOLS}:amr"
_ASSUME = "sts:assumerole"
SOME_ACCOUNT = "111122223333"
"""Stands for the account of the root in ARNs whose account is a pattern."""


@dataclass(frozen=True, slots=True)
class AssumingPrincipal:
    """Who asks: a role or user with its address and its name with the path, a service with its name, or whoever is of
    another holder (a group, a permission set, a module), under a name that is not known.

    `by_services`: a role that only AWS services use.
    """

    kind: str
    address: str = ""
    tail: str = ""
    by_services: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """Whether the caller gets in at all, and what nobody can see and is taken for granted then."""

    possible: bool
    doubts: tuple[str, ...] = ()


SURELY, NEVER = Met(possible=True), Met(possible=False)


def admitted(trust: Iterable[Statement], caller: AssumingPrincipal, is_it: Callable[[PrincipalEntry], bool]) -> Met:
    """Whether a trust policy lets the caller in, whom `is_it` tells among the entries; an explicit Deny wins."""
    stated = tuple(trust)
    ways = [meets(one, caller) for one in stated if one.effect is Effect.ALLOW and _is_named(one, is_it)]
    best = min((way for way in ways if way.possible), key=lambda way: len(way.doubts), default=NEVER)
    doubts = list(best.doubts)
    for deny in stated if best.possible else ():
        if deny.effect is Effect.DENY and _takes_in(deny, is_it):
            kept_out = meets(deny, caller)
            if kept_out.possible and not kept_out.doubts:
                return NEVER
            doubts += [f"a Deny does not hold: {words}" for words in kept_out.doubts if kept_out.possible]
    return Met(best.possible, tuple(dict.fromkeys(doubts)))


def meets(statement: Statement, caller: AssumingPrincipal) -> Met:
    """Whether the caller meets all conditions of a statement."""
    answers = [(one, _answer(one, statement.version, caller)) for one in statement.conditions]
    if any(answer is False for _, answer in answers):
        return NEVER
    return Met(True, tuple(_words(one) for one, answer in answers if answer is None))


def lets_in_guests(statement: Statement) -> bool:
    """Whether a statement of a trust policy lets in who has an identity of a Cognito pool without signing in.

    Amazon Cognito, Developer Guide, "Role trust and permissions": their tokens' `amr` is "unauthenticated".
    """
    asked = [one for one in statement.conditions if one.key.lower() == _AMR]
    known = [one for one in asked if all(value.literal is not None for value in one.values)]
    return all(_holds(one, statement.version, (GUESTS,)) for one in known)


def only_services(trust: Iterable[Statement]) -> bool:
    """Whether a role is used by AWS services alone, as far as its trust policy is known."""
    named = [one.principals for one in trust if one.effect is Effect.ALLOW and one.principals is not None]
    entries = [entry for principals in named for entry in principals.entries]
    return bool(entries) and all(entry.type == "Service" for entry in entries) and not any(p.negated for p in named)


def _is_named(statement: Statement, is_it: Callable[[PrincipalEntry], bool]) -> bool:
    principals = statement.principals
    return principals is not None and not principals.negated and any(map(is_it, principals.entries))


def _takes_in(deny: Statement, is_it: Callable[[PrincipalEntry], bool]) -> bool:
    """Whether a Deny is about the caller's assuming the role."""
    principals = deny.principals
    if principals is None or any(names_action(str(one), _ASSUME) for one in deny.actions) == deny.not_action:
        return False
    named = any(is_it(one) or one.is_anyone for one in principals.entries)
    return named != principals.negated


def _words(condition: Condition) -> str:
    values = ", ".join(map(str, condition.values[:3]))
    return f"its request meets {condition.key} {condition.operator} {values}"


def _answer(condition: Condition, version: str, caller: AssumingPrincipal) -> bool | None:
    """Whether the caller meets one condition; None where that cannot be seen."""
    key = condition.key.lower()
    if key in _CHOSEN and caller.kind != SERVICE:
        return True
    if _is_missing(key, caller):
        return _holds(condition, version, ())
    if key == "aws:principaltype" and caller.kind in _TYPES:
        return _holds(condition, version, (_TYPES[caller.kind],))
    if key == "aws:principalarn" and caller.kind in (ROLE, USER):
        return _about_own_arn(condition, version, caller)
    if key in ("aws:sourceaccount", "aws:principalaccount") and all(map(_is_own_account, condition.values)):
        return _holds(condition, version, tuple(map(str, condition.values[:1])))
    return None


def _is_missing(key: str, caller: AssumingPrincipal) -> bool:
    """Whether no request of such a caller has the key."""
    if caller.kind == SERVICE:
        of_callers = key.startswith("aws:principal") and "service" not in key
        return of_callers or key in (*_SECOND_FACTOR, "aws:username")
    if key in _OF_SERVICES or _is_claim(key):
        return True
    return caller.kind == ROLE and (key == "aws:username" or (caller.by_services and key in _SECOND_FACTOR))


def _is_claim(key: str) -> bool:
    """Whether a federated identity's token says it: `saml:aud`, `token.actions.githubusercontent.com:sub`."""
    provider, _ = split_action(key) or ("", key)
    return provider == "saml" or "." in provider


def _holds(condition: Condition, version: str, values: tuple[str, ...]) -> bool:
    context = {condition.key.lower(): values} if values else {}
    return condition_holds(condition, Request("AWS:*", _ASSUME, "*", context), version)


def _is_own_account(value: Text) -> bool:
    return value.symbol is not None and "aws_caller_identity" in value.symbol.name


def _about_own_arn(condition: Condition, version: str, caller: AssumingPrincipal) -> bool | None:
    """Compares with the caller's ARN as a symbol, and as text in the account that each value names."""
    arns = [f"${{{caller.address}.arn}}"]
    if condition.operator.lower() == "null":
        return _holds(condition, version, tuple(arns))
    if "${" not in caller.tail:
        arns += [arn for value in condition.values if (arn := _in_account_of(str(value), caller))]
    answers = [_holds(condition, version, (arn,)) for arn in arns]
    negated = "not" in condition.operator.lower()
    if any(answer != negated for answer in answers):
        return not negated
    sure = "${" not in caller.tail and not any(map(_is_open, condition.values))
    return negated if sure else None


def _in_account_of(value: str, caller: AssumingPrincipal) -> str:
    arn = Arn.parse(value) or Arn("aws", "iam", "", SOME_ACCOUNT, "")
    partition, account = (
        given if given.strip("*?") == given else usual
        for given, usual in ((arn.partition, "aws"), (arn.account, SOME_ACCOUNT))
    )
    return f"arn:{partition}:iam::{account}:{caller.kind}/{caller.tail}"


def _is_open(value: Text) -> bool:
    """Whether more than the account of an ARN is unknown in it."""
    written = str(value)
    return "${" in printed_segments(written)[-1] or not (is_arn(written) or written.startswith("*"))
