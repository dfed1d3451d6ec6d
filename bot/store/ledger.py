"""What is to be remembered of change requests: accepted findings, pauses, who pushed, heads without a conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.review.identity import Accepted, Fingerprint


@dataclass(frozen=True, slots=True)
class GivenWaiver:
    """A finding that someone accepted on one change request, until the end of the day `until` (UTC).

    `scope` are the addresses that the finding was about then and `grade` its grade: beyond them nothing was
    accepted. `comment` is the comment it was given in. `of` is what was accepted: of release 0.1.0's waivers as many
    digits of the fingerprint as are shown. `finding` is the finding as it was accepted, in JSON, b"" if that was not
    kept; `given_for` the fingerprint that it was given for, if it was bound to another one since. `approved` is the
    commit whose approval it was given by, and `comment` that approval; it counts for that commit alone.
    """

    ref: ChangeRef
    of: Accepted
    scope: tuple[str, ...]
    grade: str
    title: str
    reason: str
    approver: str
    until: date
    comment: str
    given_at: datetime
    revoked_by: str = ""
    revoked_at: datetime | None = None
    finding: bytes = b""
    given_for: Fingerprint | None = None
    approved: str = ""


class Ledger(Protocol):
    """Durable decisions. Every method is one transaction; times are UTC."""

    def accept(self, waiver: GivenWaiver, earlier: Sequence[Fingerprint] = ()) -> bool:
        """Record a waiver, in place of an earlier one for the same finding; False if that comment's is known.

        `earlier` is what other versions of fingerprints call the finding.
        """
        ...

    def settle_approvals(self, ref: ChangeRef, standing: Sequence[GivenWaiver], at: datetime) -> frozenset[str]:
        """Of what approvals of the change request accept `standing` is all there is: what is not in it has ended.

        An approval is recorded once, whatever became of what it accepted. Returns those in `standing` of which nothing
        counts any more, unless somebody has accepted the same otherwise.
        """
        ...

    def bind(self, waiver: GivenWaiver, to: Fingerprint, finding: bytes) -> None:
        """Have a waiver that stands go for that fingerprint from now on; it keeps what it was given for."""
        ...

    def revoke(self, ref: ChangeRef, of: Accepted, by: str, at: datetime) -> int:
        """End the waivers of one finding; how many there were."""
        ...

    def waivers(self, ref: ChangeRef) -> tuple[GivenWaiver, ...]:
        """Those given on one change request and not revoked, expired ones too, in the order they were given."""
        ...

    def all_waivers(self, repository: str = "") -> tuple[GivenWaiver, ...]:
        """Those of one repository or of all, revoked and expired ones too, the newest first."""
        ...

    def pushers(self, ref: ChangeRef) -> frozenset[str]:
        """Who is known to have pushed to the change request."""
        ...

    def pause(self, ref: ChangeRef, paused: bool) -> None:
        """Have the bot keep silent on a change request, or speak again."""
        ...

    def paused(self, ref: ChangeRef) -> bool:
        """Whether it is to keep silent."""
        ...

    def revisit(self, ref: ChangeRef, at: datetime | None) -> None:
        """Have the change request reviewed again at a time; None takes that back."""
        ...

    def begin(self, ref: ChangeRef, head: str) -> None:
        """The forge is about to be told that this head is being reviewed: it is owed a conclusion from now on."""
        ...

    def passed_over(self, ref: ChangeRef, current: str) -> tuple[str, ...]:
        """Heads that are owed a conclusion and are the change request's no more, now that its head is `current`.

        None of them is what was heard of last, which may be newer than `current`, or the head of another open change
        request, which concludes it. `current` "": it is closed, and any head that was begun is passed over.
        """
        ...

    def concluded(self, ref: ChangeRef, heads: Sequence[str]) -> None:
        """Nothing is owed to these heads any more."""
        ...

    def may_answer(self, ref: ChangeRef, person: str, comment: str, now: datetime) -> bool:
        """Whether somebody from outside gets a reply to that comment: one an hour in each repository; it is noted."""
        ...

    def wake(self, now: datetime) -> tuple[ChangeRef, ...]:
        """Want a review of every open change request whose time to be revisited has come; which they were."""
        ...


class NoLedger:
    """A ledger for where nothing is remembered, such as a CI job: nobody has decided anything."""

    def accept(self, waiver: GivenWaiver, earlier: Sequence[Fingerprint] = ()) -> bool:
        """Not kept."""
        return False

    def settle_approvals(self, ref: ChangeRef, standing: Sequence[GivenWaiver], at: datetime) -> frozenset[str]:
        """Not kept."""
        return frozenset()

    def bind(self, waiver: GivenWaiver, to: Fingerprint, finding: bytes) -> None:
        """There is none."""

    def revoke(self, ref: ChangeRef, of: Accepted, by: str, at: datetime) -> int:
        """There is none."""
        return 0

    def waivers(self, ref: ChangeRef) -> tuple[GivenWaiver, ...]:
        """None."""
        return ()

    def all_waivers(self, repository: str = "") -> tuple[GivenWaiver, ...]:
        """None."""
        return ()

    def pushers(self, ref: ChangeRef) -> frozenset[str]:
        """Nobody."""
        return frozenset()

    def pause(self, ref: ChangeRef, paused: bool) -> None:
        """Not kept."""

    def paused(self, ref: ChangeRef) -> bool:
        """No."""
        return False

    def revisit(self, ref: ChangeRef, at: datetime | None) -> None:
        """Not kept."""

    def begin(self, ref: ChangeRef, head: str) -> None:
        """Not kept."""

    def passed_over(self, ref: ChangeRef, current: str) -> tuple[str, ...]:
        """None is known."""
        return ()

    def concluded(self, ref: ChangeRef, heads: Sequence[str]) -> None:
        """Nothing was owed."""

    def may_answer(self, ref: ChangeRef, person: str, comment: str, now: datetime) -> bool:
        """Not kept."""
        return True

    def wake(self, now: datetime) -> tuple[ChangeRef, ...]:
        """Nothing sleeps here."""
        return ()
