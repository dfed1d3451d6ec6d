"""Policies that are gone while what they stood on stays, where AWS lets more in without one than it may have done."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.redefinition import Redefinition, redefinition
from bot.extract.argument_reading import argument
from bot.extract.extraction import root_name
from bot.extract.kms import gives_everything
from bot.extract.reference import index
from bot.extract.resource_policies import ROWS, standing_on
from bot.iam.grant import Grant
from bot.review.unjudged.root_pair import RootPair

_REMEDY = "keep a policy on it, or check who comes to it without one"


def left_to_defaults(root: RootPair) -> Iterator[Redefinition]:
    """What has no policy any more that one of the base's blocks stood on, and is there still."""
    names = root.head.names()
    still = frozenset(_held(root.head))
    for address, one in _held(root.base).items():
        without, there = ROWS[one.type].without, names.target(address)
        is_gone = address in root.before.addresses and there not in root.after.addresses
        if not without or there in still or is_gone or _is_open(address, root):
            continue
        yield redefinition(
            one.address,
            f"{block_of(address)} has no policy any more: {without}",
            _REMEDY,
            (*(("base", step.span) for step in one.existence), ("base", one.span)),
        )


def _held(config: EvaluatedConfig) -> dict[str, ResourceInstance]:
    """The blocks whose policies are in force, by the address of what each stands on."""
    known = index(config, root_name(config.root))
    found: dict[str, ResourceInstance] = {}
    for one in config.resources:
        row = ROWS.get(one.type)
        if one.mode == "managed" and row is not None and argument(one, row.policy) is not None:
            found.update((holder.address, one) for _, holder, _ in standing_on(one, known, row.stands_on))
    return found


def _is_open(address: str, root: RootPair) -> bool:
    """Whether the policy left all to the account's own policies, as AWS's default for keys does."""
    return any(_stands_on(one, address) and gives_everything(one.statement) for one in root.before.handed)


def _stands_on(grant: Grant, address: str) -> bool:
    return grant.holder.address == address and not grant.guards
