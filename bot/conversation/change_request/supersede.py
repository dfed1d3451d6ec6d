"""Gives heads a conclusion that are a change request's no more: pushed over or closed before their review was done."""

from __future__ import annotations

import dataclasses

import structlog

from bot.errors import ForgeRefused, ForgeUnavailable, LoginRefused
from bot.forges.port import ChangeRef, ChangeRequest, Check, Forge
from bot.store.ledger import Ledger

_log = structlog.get_logger(__name__)

SUPERSEDED = Check(
    conclusion="cancelled",
    title="Superseded by another commit before it was reviewed",
    summary=(
        "This commit is not the head any more, so nothing about it was judged. The conclusion is on the head. If this "
        "commit becomes the head again, it is reviewed."
    ),
    actions=(),
)

CLOSED = Check(
    conclusion="cancelled",
    title="Closed before it was reviewed",
    summary="Nothing about this commit was judged. If the change is opened again, it is reviewed.",
    actions=(),
)


def conclude_superseded(change: ChangeRequest, forge: Forge, ledger: Ledger) -> None:
    """Conclude the heads that were passed over. `change` is the change request as it is now.

    What cannot be written now is left for the next time: the review of the head itself must not wait for it.
    """
    current, check = (change.head, SUPERSEDED) if change.state == "open" else ("", CLOSED)
    for head in ledger.passed_over(change.ref, current):
        try:
            _conclude(dataclasses.replace(change, head=head), check, forge, ledger)
        except ForgeUnavailable as away:
            _log.warning("a superseded head has no conclusion yet", head=head, reason=str(away))


def conclude_closed(ref: ChangeRef, forge: Forge, ledger: Ledger) -> None:
    """Conclude what was begun on a change request that was closed meanwhile. Raises ForgeError."""
    begun = ledger.passed_over(ref, "")
    change = forge.change_request(ref) if begun else None
    if change is not None and change.state != "open":
        for head in begun:
            _conclude(dataclasses.replace(change, head=head), CLOSED, forge, ledger)


def _conclude(change: ChangeRequest, check: Check, forge: Forge, ledger: Ledger) -> None:
    try:
        forge.set_check(change, check)
    except LoginRefused:
        raise
    except ForgeRefused as refused:
        # The commit is gone, or no status may be set: it will not be otherwise the next time.
        _log.warning("a superseded head takes no conclusion", head=change.head, reason=str(refused))
    ledger.concluded(change.ref, (change.head,))
