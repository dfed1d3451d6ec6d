"""The changed arguments that nothing judges, as things to be told: one for each type and cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.access_diff.new_credentials import roles_that_trust
from bot.evaluated.address import block_of
from bot.evaluated.diagnostic import Side
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.touched import Touched
from bot.extract import Extracted
from bot.extract.cloudformation import is_stack
from bot.extract.remote_table import carries_no_policy
from bot.iam.policy_subject import PolicySubject
from bot.review.prose import first_few
from bot.review.unjudged.asked_for import PRINCIPALS
from bot.review.unjudged.code_origins import is_code
from bot.review.unjudged.defaults import BY_NATURE
from bot.review.unjudged.disposition import TAKEN_UP, ArgumentOutcome, Disposition

_MOST_NAMES = 3


def open_changes(found: Iterable[Disposition], touched: Touched, side: Extracted) -> Iterator[Redefinition]:
    """What is open, the blocks of one type that one line made others together; `side` is what the head says."""
    causes: dict[tuple[str, tuple[Side, str, int]], list[Disposition]] = {}
    for one in found:
        there = any(side == "head" for side, _ in one.places)
        told = one.mode == "module" and there and not carries_no_policy(one.type)  # by a gap of its own
        if one.outcome is ArgumentOutcome.OPEN and not told:
            causes.setdefault((one.type, cause(one.places, touched)), []).append(one)
    yield from (_told(some, at, side) for (_, at), some in causes.items())


def cause(places: Sequence[Place], touched: Touched) -> tuple[Side, str, int]:
    """The first touched line, else where the block is written."""
    side, span = places[-1]
    return touched.first_line(places) or (side, span.file, span.line)


def _told(some: Sequence[Disposition], at: tuple[Side, str, int], side: Extracted) -> Redefinition:
    """One question of blocks of one type, by what differs of the first, and where to look for the answer."""
    first = some[0]
    blocks = dict.fromkeys(block_of(one.address) for one in some)
    more = f" and {len(blocks) - 1} more" if len(blocks) > 1 else ""
    names = tuple(dict.fromkeys(".".join(one.leaf) or one.argument for one in some if one.address == first.address))
    over = len(names) - _MOST_NAMES
    what = ", ".join(names[:_MOST_NAMES]) + (f" and {over} more" if over > 0 else "")
    what = what or "that it is there"
    said, asked = _said(some, what, side)
    return redefinition(
        first.address,
        f"{next(iter(blocks))}{more}: {BY_NATURE.get(first.type, said)}",
        f"look at line {at[2]} of {at[1]}: {asked}",
        tuple(dict.fromkeys(place for one in some for place in one.places)),
    )


def _said(some: Sequence[Disposition], what: str, side: Extracted) -> tuple[str, str]:
    """What is said of what differs, and what to ask of it."""
    if all(is_code(one.type, one.leaf) for one in some):
        said = f"the code that it runs with a role comes from another repository, registry or account ({what})"
        return said, "may whoever writes there do what that role may?"
    if all(one.leaf[:1] == (TAKEN_UP,) for one in some):
        said = (
            f"Terraform left {', '.join(one.argument for one in some[:_MOST_NAMES])} as it was, and does not any more"
        )
        return f"{said}: what it was is not known", "was less allowed at AWS than what is written here?"
    if all(one.type in PRINCIPALS for one in some):
        said = f"a policy here knows one of its names, and nothing compares what another name gives or takes ({what})"
        return said, "what does that policy give, or take from, whoever has the name?"
    said = f"whether {what} lets anybody do more is not known: {_compared(some[0].address, side)}"
    return said, f"does {what} let anybody do what they could not do before?"


def _compared(address: str, side: Extracted) -> str:
    if is_stack(address):
        return "of a stack only what it makes in IAM is compared"
    providers = (one for one in side.credentials if one.address == address and one.says is not None)
    trusting = [_role(one, side) for provider in providers for one in roles_that_trust(provider, side, {})]
    opens = f", and whom it signs in can become {first_few(trusting, _MOST_NAMES)}" if trusting else ""
    return f"nothing compares it{opens}"


def _role(role: PolicySubject, side: Extracted) -> str:
    """A role with the policies of AWS's that it has."""
    managed = (one.policy for one in side.grants if one.holder == role and _MANAGED in one.policy)
    policies = dict.fromkeys(name.rpartition("/")[2] for name in managed)
    return f"role {role.name}{f' ({first_few(list(policies), _MOST_NAMES)})' if policies else ''}"


_MANAGED = ":aws:policy/"
