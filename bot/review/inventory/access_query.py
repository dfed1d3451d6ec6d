"""Who can do an action on a resource, out of an inventory: a search in printed policies, not a proof."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, get_args

from bot.frozen import dataclass
from bot.iam.pattern import TooComplex, covers, meets
from bot.review.inventory.access_question import AccessQuestion, misasked
from bot.review.inventory.model import HeldStatement, HolderInventory
from bot.review.redaction.hide import HIDDEN

Access = Literal["can", "perhaps", "denied"]

DoubtKind = Literal[
    "condition",
    "undecided",
    "unknown resource",
    "limit",
    "deny",
    "resource policy",
    "account policies",
    "no such request",
]
"""Why somebody only perhaps can: a condition, something that only Terraform decides, a resource that only it knows, a
boundary or other limit, a Deny of some or with conditions, the resource's own policy that refuses somebody, a key that
leaves it to the policies of its account, or an action that AWS documents for other resources only."""


@dataclass(frozen=True, slots=True)
class AccessDoubt:
    """One reason, and what of the policies it is about: conditions, resources, policies' addresses."""

    kind: DoubtKind
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessPath:
    """One holder and the statements that let it; `doubts` say why only perhaps.

    `access` is "can" if one lets it without condition, "perhaps" if all have conditions, depend on something unknown,
    are limited, or a Deny with conditions, of some people only or in the policy of the resource that was asked for
    speaks against it; "denied" if one without conditions does that is for everybody.
    """

    holder: HolderInventory
    access: Access
    allows: tuple[HeldStatement, ...]
    denies: tuple[HeldStatement, ...]
    doubts: tuple[AccessDoubt, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessCounts:
    """How many can, how many perhaps, and how many are denied what a statement lets them."""

    can: int = 0
    perhaps: int = 0
    denied: int = 0


@dataclass(frozen=True, slots=True)
class AccessAnswer:
    """All that is said to a question: `misasked` is why nobody might be found though somebody can.

    `not_read` are the holders and places of which not all could be read, and which are not among the `paths`.
    """

    action: str
    resource: str
    counts: AccessCounts
    misasked: tuple[str, ...]
    paths: tuple[AccessPath, ...]
    not_read: tuple[HolderInventory, ...]


def answered(holders: Sequence[HolderInventory], asked: AccessQuestion) -> AccessAnswer:
    """Who can, those who surely can first."""
    order, wrong = get_args(Access), misasked(asked)
    paths = who_can(holders, asked.action, asked.resource)
    if wrong is not None and wrong.never:
        paths = map(_of_no_request, paths)
    found = sorted(paths, key=lambda one: order.index(one.access))
    counts = AccessCounts(*(sum(one.access == access for one in found) for access in order))
    named = {id(one.holder) for one in found}
    not_read = tuple(one for one in holders if one.unread and id(one) not in named)
    why = () if wrong is None else (wrong.why,)
    return AccessAnswer(asked.action, asked.resource, counts, why, tuple(found), not_read)


def _of_no_request(path: AccessPath) -> AccessPath:
    """A statement that lets somebody do what AWS documents as no request."""
    if path.access != "can":
        return path
    return dataclasses.replace(path, access="perhaps", doubts=(AccessDoubt("no such request", ()),))


def who_can(holders: Iterable[HolderInventory], action: str, resource: str) -> Iterator[AccessPath]:
    """The holders with a statement that meets the action and the resource; both may be patterns, "" is any resource.

    A holder that is a resource lets in whom its statements name.
    """
    asked = AccessQuestion(action, resource)
    met = [(holder, _met(holder.statements, asked)) for holder in holders]
    refusing = tuple(holder.address for holder, found in met if resource and _refuses(holder, found))
    for holder, statements in met:
        path = _path(holder, statements, asked, refusing)
        if path is not None:
            yield path


def _met(statements: Iterable[HeldStatement], asked: AccessQuestion) -> tuple[HeldStatement, ...]:
    return tuple(one for one in statements if _meets(one, asked.action, asked.resource))


def _path(
    holder: HolderInventory, met: tuple[HeldStatement, ...], asked: AccessQuestion, refusing: tuple[str, ...]
) -> AccessPath | None:
    """What the holder can by the statements that meet the question; `refusing` are resources that refuse somebody."""
    handed = _met(holder.handed, asked)
    found = AccessPath(holder, "can", _of(met, "Allow"), _of(met, "Deny"))
    if not found.allows:
        left = AccessDoubt("account policies", (holder.address,))
        return AccessPath(holder, "perhaps", handed, found.denies, (left,)) if handed else None
    access = _access(holder, found.allows, found.denies, asked.resource)
    doubts = tuple(_doubts(found, asked.resource)) if access == "perhaps" else ()
    if access == "can" and refusing and holder.kind != "resource":
        access, doubts = "perhaps", (AccessDoubt("resource policy", refusing),)
    return AccessPath(holder, access, (*found.allows, *handed), found.denies, doubts)


def _of(statements: tuple[HeldStatement, ...], effect: str) -> tuple[HeldStatement, ...]:
    return tuple(one for one in statements if one.effect == effect)


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


def _doubts(path: AccessPath, resource: str) -> Iterator[AccessDoubt]:
    """Why the holder only perhaps can: all that keeps its statements from saying so, each kind once."""
    if not any(_plain(one) and _surely(one, resource) for one in path.allows):
        yield from _of_statements(path.allows, resource)
    yield from _one("limit", (one.policy for one in path.holder.limits))
    yield from _one("deny", (one.policy for one in path.denies))


def _of_statements(allows: tuple[HeldStatement, ...], resource: str) -> Iterator[AccessDoubt]:
    conditions = (each for one in allows for each in one.conditions)
    unsure = (each for one in allows if not _surely(one, resource) for each in one.resources)
    yield from _one("condition", (f"{one.key} {one.operator} {', '.join(one.values)}" for one in conditions))
    yield from _one("undecided", (guard for one in allows for guard in one.when))
    yield from _one("unknown resource", (one for one in unsure if _may_be(one, resource)))


def _one(kind: DoubtKind, about: Iterable[str]) -> Iterator[AccessDoubt]:
    found = tuple(dict.fromkeys(about))
    if found:
        yield AccessDoubt(kind, found)


def _may_be(written: str, resource: str) -> bool:
    return _partly_unknown(written) and _overlap(written, resource)


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
