"""Who can do an action on a resource, out of an inventory: a search in printed policies, not a proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bot.frozen import dataclass
from bot.iam.pattern import TooComplex, covers, meets
from bot.review.inventory.model import HeldStatement, HolderInventory
from bot.review.redaction.hide import HIDDEN

Access = Literal["can", "perhaps", "denied"]


@dataclass(frozen=True, slots=True)
class AccessPath:
    """One holder and the statements that let it.

    `access` is "can" if one lets it without condition, "perhaps" if all have conditions, depend on something unknown,
    are limited, or a Deny with conditions, of some people only or in the policy of the resource that was asked for
    speaks against it; "denied" if one without conditions does that is for everybody.
    """

    holder: HolderInventory
    access: Access
    allows: tuple[HeldStatement, ...]
    denies: tuple[HeldStatement, ...]


def who_can(holders: Iterable[HolderInventory], action: str, resource: str) -> Iterator[AccessPath]:
    """The holders with a statement that meets the action and the resource; both may be patterns, "" is any resource.

    A holder that is a resource lets in whom its statements name.
    """
    met = [(holder, [one for one in holder.statements if _meets(one, action, resource)]) for holder in holders]
    guarded = bool(resource) and any(_refuses(holder, statements) for holder, statements in met)
    for holder, statements in met:
        allows = tuple(one for one in statements if one.effect == "Allow")
        denies = tuple(one for one in statements if one.effect == "Deny")
        if allows:
            access = _access(holder, allows, denies, resource)
            doubted = access == "can" and guarded and holder.kind != "resource"
            yield AccessPath(holder, "perhaps" if doubted else access, allows, denies)


def _refuses(holder: HolderInventory, statements: Iterable[HeldStatement]) -> bool:
    """Whether the policy of a resource plainly refuses somebody what is asked for."""
    return holder.kind == "resource" and any(one.effect == "Deny" and _plain(one) for one in statements)


def _access(
    holder: HolderInventory, allows: tuple[HeldStatement, ...], denies: tuple[HeldStatement, ...], resource: str
) -> Access:
    if any(_plain(one) and _for_everybody(one) and _surely(one, resource) for one in denies):
        return "denied"
    free = any(_plain(one) and _surely(one, resource) for one in allows)
    return "can" if free and not denies and not holder.limits else "perhaps"


def _plain(statement: HeldStatement) -> bool:
    return not statement.conditions and not statement.when


def _for_everybody(statement: HeldStatement) -> bool:
    """Whether it is about whoever holds it, or is a resource's about anyone."""
    return not statement.except_principals and (not statement.principals or "*" in statement.principals)


def _surely(statement: HeldStatement, resource: str) -> bool:
    """Whether the statement meets the resource by what is written in it, not by what something unknown may be."""
    known = [one for one in statement.resources if not _partly_unknown(one)]
    return not resource or not statement.resources or any(_overlap(one, resource) for one in known)


def _meets(statement: HeldStatement, action: str, resource: str) -> bool:
    lowered = action.lower()
    if not any(_overlap(one.lower(), lowered) for one in statement.actions):
        return False
    if any(_covers(one.lower(), lowered) for one in statement.except_actions):
        return False
    if not resource or not statement.resources:
        return True
    if any(_covers(one, resource) for one in statement.except_resources):
        return False
    return any(_overlap(one, resource) for one in statement.resources)


def _overlap(pattern: str, wanted: str) -> bool:
    """Whether some string fits both; what only Terraform knows (`${...}`), or is hidden, may be anything."""
    try:
        return meets(_loose(pattern), _loose(wanted))
    except TooComplex:
        return True


def _covers(pattern: str, wanted: str) -> bool:
    return not _partly_unknown(pattern) and covers(pattern, wanted)


def _partly_unknown(pattern: str) -> bool:
    """Whether something stands in it that only Terraform knows, or that was hidden."""
    return "${" in pattern or HIDDEN in pattern


def _loose(pattern: str) -> str:
    pieces = pattern.replace(HIDDEN, "*").split("${")
    return pieces[0] + "".join(f"*{piece.partition('}')[2]}" for piece in pieces[1:])
