"""Everything there is to do for one change request: claim, answer commands, review, record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import field
from datetime import datetime, timedelta

import structlog

from bot.conversation.change_request.handle import (
    Ports,
    ReviewOutcome,
    base_rules,
    report_failure,
    review_change_request,
    utc_now,
)
from bot.conversation.change_request.publish import reason_of
from bot.conversation.change_request.supersede import conclude_closed
from bot.conversation.chat.command_context import CommandContext
from bot.conversation.chat.commands import handle
from bot.errors import (
    ContentsError,
    DiskFull,
    ForgeError,
    ForgeRefused,
    LoginRefused,
    NotNow,
    ReviewFailed,
    StoreUnavailable,
    Superseded,
)
from bot.forges.event import CommandGiven
from bot.forges.port import ChangeRef, RepositoryRef
from bot.frozen import dataclass
from bot.jobs.leases import HeldLeases
from bot.jobs.reconcile import Reconciler
from bot.jobs.retry_policy import MOST_ATTEMPTS, next_try
from bot.jobs.round_robin import RoundRobin
from bot.review.codec import decode, encode
from bot.review.model import OnError, Review
from bot.review_process.parent import until
from bot.store.ledger import Ledger, NoLedger
from bot.store.port import Lease, Store, StoredReview
from bot.store.retry import PATIENTLY, retry_while_unavailable
from bot.store.work_items import Key, ReviewChange, WorkItem, key_of, name_of

_log = structlog.get_logger(__name__)

MOST_WITHOUT_ROOM = 3
"""So often in an hour a process gives work back because its disk is full: then it is the work that is too large."""

FROM_OUTSIDE = (ForgeError, ContentsError, StoreUnavailable, NotNow)
"""What the world outside fails by: its words say all, where it was in our code says nothing."""


def _count_nothing(result: str) -> None:
    """Where nobody counts."""


def _look_away(review: Review, waited: float) -> None:
    """Where nobody looks at reviews."""


def _ignore(error: Exception, forge: str, again: bool) -> None:
    """Where nobody counts failures."""


REMEMBERED = timedelta(hours=1)
"""Afterwards the disk is another one, or another process has done the work."""


class DiskShortages:
    """What is older is forgotten whichever item it is of: who is done elsewhere is never heard of again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[Key, list[datetime]] = {}

    def count(self, key: Key, now: datetime) -> int:
        """Note one more; how many that makes."""
        with self._lock:
            self._times.setdefault(key, []).append(now)
            recent = {one: [at for at in times if at > now - REMEMBERED] for one, times in self._times.items()}
            self._times = {one: times for one, times in recent.items() if times}
            return len(self._times[key])

    def forget(self, key: Key) -> None:
        """There was room."""
        with self._lock:
            self._times.pop(key, None)

    def __len__(self) -> int:
        """Of how many items one is remembered."""
        return len(self._times)


@dataclass(frozen=True, slots=True)
class Worker:
    """`ports` makes the outside world of one job: forge clients are not shared.

    `redact` takes secrets out of what is said about a failure; `count` is told each job's result, `observe` each review
    with the seconds that people waited for it, and `failed` each failure, with the forge and whether it is tried again;
    `reconciler` goes through repositories and forges for what was missed; `turns` says what is next;
    `patience` is the rhythm's; `no_room` counts how often the disk had none for an item.
    """

    store: Store
    leases: HeldLeases
    ports: Callable[[RepositoryRef], Ports]
    on_error: OnError = "fail"
    now: Callable[[], datetime] = utc_now
    redact: Callable[[str], str] = str
    count: Callable[[str], None] = _count_nothing
    observe: Callable[[Review, float], None] = _look_away
    failed: Callable[[Exception, str, bool], None] = _ignore
    reconciler: Reconciler | None = None
    ledger: Ledger = field(default_factory=NoLedger)
    patience: float = 1.0
    turns: RoundRobin | None = None
    no_room: DiskShortages = field(default_factory=DiskShortages)

    def process(self, item: WorkItem) -> None:
        """Notice was given of `item`: work until nothing is left that may be done now, whosever turn it is.

        Without turns that is `item` alone. Raises only if the store fails.
        """
        self._work(
            lambda: self.store.claim(item, self.now(), self.leases.seconds) if self.turns is None else self._turn()
        )

    def look(self) -> None:
        """Work until nothing is left whose turn it is, without having been notified."""
        self._work(self._turn)

    def _work(self, following: Callable[[], Lease | None]) -> None:
        while (lease := following()) is not None:
            with (
                self._ending(lease),
                self.leases.hold(lease),
                structlog.contextvars.bound_contextvars(
                    change_request=name_of(lease.item), attempt=lease.attempt, delivery=lease.delivery
                ),
            ):
                self._attempt(lease)

    def _turn(self) -> Lease | None:
        return None if self.turns is None else self.turns.take(self.now(), self.leases.seconds)

    @contextmanager
    def _ending(self, lease: Lease) -> Iterator[None]:
        try:
            yield
        finally:
            if self.turns is not None:
                self.turns.ended(lease)

    def remind(self, now: datetime) -> None:
        """Have what was missed looked for, and what was accepted until now looked at again, when it is time."""
        for ref in self.ledger.wake(self.now()):
            _log.info("a waiver has run out", change_request=f"{ref.repository}#{ref.number}")
        if self.reconciler is not None:
            self.reconciler.remind(now)

    def _attempt(self, lease: Lease) -> None:
        try:
            result = self._serve(lease)
            self.no_room.forget(key_of(lease.item))
        except LoginRefused as refused:
            result = self._given_back(lease, refused, f"{key_of(lease.item)[0]} refuses this process's login")
        except DiskFull as full:
            result = self._without_room(lease, full)
        except FROM_OUTSIDE as error:
            _log.warning("work failed", reason=self.redact(str(error)))
            self._failure(lease, error)
            result = "failed"
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs this change request and not the queue
            _log.exception("work failed")
            self._failure(lease, error)
            result = "failed"
        self.count(result)

    def _without_room(self, lease: Lease, full: DiskFull) -> str:
        """Others' disks may have room; a repository that finds none here again and again fails like any other."""
        if self.no_room.count(key_of(lease.item), self.now()) <= MOST_WITHOUT_ROOM:
            return self._given_back(lease, full, "the disk of this process's cache is full")
        _log.error("a repository does not fit on the disk", reason=self.redact(str(full)))
        self._failure(lease, full)
        return "failed"

    def _given_back(self, lease: Lease, error: Exception, problem: str) -> str:
        """It is this process that cannot go on, not the change: no attempt is counted and nothing is said there."""
        _log.error(problem, reason=self.redact(str(error)))
        self.failed(error, key_of(lease.item)[0], True)
        if self.turns is not None:
            self.turns.fitness.rest(problem)
        retry_while_unavailable(lambda: self.store.release(lease), PATIENTLY)
        return "given back"

    def _serve(self, lease: Lease) -> str:
        if lease.attempt > MOST_ATTEMPTS:
            raise ReviewFailed(f"the bot was interrupted {lease.attempt - 1} times while reviewing this change")
        match lease.item:
            case ReviewChange(ref):
                return self._change(ref, lease)
            case sweep:
                if self.reconciler is not None:
                    self.reconciler.sweep(sweep, self.now())
                self.store.finish(lease, None)
                return "gone through"

    def _change(self, ref: ChangeRef, lease: Lease) -> str:
        ports = self.ports(ref.place)
        asked = [self._answer(command, ports) for command in lease.commands]
        if not lease.review and not any(asked):
            conclude_closed(ref, ports.forge, ports.ledger)
            self.store.finish(lease, None)
            return "answered"
        try:
            with self._room(lease), until(lambda: self._superseded(lease)):
                outcome = review_change_request(ref, ports, lambda: self._superseded(lease), again=any(asked))
        except Superseded:
            retry_while_unavailable(lambda: self.store.finish(lease, None), PATIENTLY)
            return "superseded"
        for trouble in outcome.troubles:
            told = self.redact(trouble.told)
            _log.error("a root could not be reviewed", root=trouble.root, why=trouble.reason, traceback=told)
        stored = self._stored(outcome)
        kept = retry_while_unavailable(lambda: self.store.finish(lease, stored), PATIENTLY)
        self._told(outcome, lease, kept)
        return outcome.kind

    def _told(self, outcome: ReviewOutcome, lease: Lease, kept: bool) -> None:
        review = outcome.review
        waited = (self.now() - (lease.since or self.now())).total_seconds()
        found = (
            {}
            if review is None
            else {"grade": review.grade, "verdict": review.verdict, "seconds": review.stats.seconds}
        )
        if review is not None:
            self.observe(review, waited)
        _log.info("work done", result=outcome.kind, head=outcome.change.head, recorded=kept, waited=waited, **found)

    def _room(self, lease: Lease) -> AbstractContextManager[None]:
        return nullcontext() if self.turns is None else self.turns.reviewing(lease)

    def _superseded(self, lease: Lease) -> bool:
        return retry_while_unavailable(lambda: self.store.superseded(lease), PATIENTLY)

    def _answer(self, command: CommandGiven, ports: Ports) -> bool:
        """Whether the command asks for a review; one that the forge lets nobody answer must not stop a review."""
        context = CommandContext(
            forge=ports.forge,
            ledger=ports.ledger,
            newest=lambda: _review_in(self.store.newest_review(command.ref)),
            before=lambda moment: _review_in(self.store.review_before(command.ref, moment)),
            rules=lambda change: base_rules(change, ports),
            now=self.now,
        )
        try:
            return handle(command, context)
        except LoginRefused:
            raise
        except ForgeRefused as refused:
            _log.warning("a command could not be answered", comment=command.comment, reason=str(refused))
            return False

    def _stored(self, outcome: ReviewOutcome) -> StoredReview | None:
        if outcome.review is None:
            return None
        change = outcome.change
        review = encode(outcome.review)
        return StoredReview(change.ref, change.head, change.merge_base, self.now(), review, outcome.fixed)

    def _failure(self, lease: Lease, error: Exception) -> None:
        """Say so on the change request, unless something newer is coming anyway, and plan the next try."""
        retry_at = next_try(error, lease.attempt, self.now(), self.patience)
        self.failed(error, key_of(lease.item)[0], retry_at is not None)
        reason = self.redact(reason_of(error))
        passing = isinstance(error, ForgeError | StoreUnavailable) or (
            isinstance(error, ContentsError) and lease.attempt == 1
        )
        unheard = passing and retry_at is not None
        if isinstance(lease.item, ReviewChange) and lease.review and not unheard and not self._superseded(lease):
            self._report(lease.item.ref, reason, retry_at is not None)
        retry_while_unavailable(lambda: self.store.fail(lease, reason, retry_at), PATIENTLY)

    def _report(self, ref: ChangeRef, reason: str, again: bool) -> None:
        try:
            report_failure(ref, self.ports(ref.place).forge, reason, self.on_error, again)
            self.count("could not review")
        except ForgeError as refused:
            _log.warning("the failure could not be reported", reason=str(refused))


def _review_in(stored: StoredReview | None) -> Review | None:
    return None if stored is None else decode(stored.review, Review)
