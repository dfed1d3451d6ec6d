"""Addresses of reports that whoever has them may open, for a while: signed, and of one head of one change request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import field
from datetime import UTC, date, datetime
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer

from bot.forges.port import ChangeRef
from bot.frozen import dataclass

_STEP = 7
"""Days that a link stays the same: a comment is edited when its text changes, which a newer link must not do."""


def utc_today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


def never(ref: ChangeRef) -> int:
    """Where no link is ended before its time."""
    return 0


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """Makes and checks links, which last at least `days`. `key` gives what they are signed with, and nothing else is.

    `public_url` is where people reach the server; without it nothing is linked from outside. `ended` tells how often
    the links to a change request have been ended: those of before open nothing. Both may raise StoreUnavailable.
    """

    public_url: str
    key: Callable[[], str] = field(repr=False)
    days: int = 30
    today: Callable[[], date] = utc_today
    ended: Callable[[ChangeRef], int] = never

    def report(self, ref: ChangeRef, head: str) -> str:
        """The whole address of a head's report; "" if it has none."""
        if not self.public_url:
            return ""
        return f"{self.public_url.rstrip('/')}{report_path(ref, head)}?t={self.token(ref, head)}"

    def token(self, ref: ChangeRef, head: str) -> str:
        """What opens the report of one head."""
        last = self.today().toordinal() + self.days
        return str(self._serializer().dumps([self._digest(ref, head), last + -last % _STEP]))

    def opens(self, token: str, ref: ChangeRef, head: str) -> bool:
        """Whether the token is ours, of this head, and not too old."""
        if not token:
            return False
        try:
            digest, last = self._serializer().loads(token)
        except BadSignature:
            return False
        return bool(digest == self._digest(ref, head) and self.today().toordinal() <= last)

    def _digest(self, ref: ChangeRef, head: str) -> str:
        times = self.ended(ref)
        about = (ref.forge, ref.repository.lower(), str(ref.number), head, *((str(times),) if times else ()))
        return hashlib.sha256("\0".join(about).encode()).hexdigest()[:32]

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key(), salt="iam-review report")


def report_path(ref: ChangeRef, head: str) -> str:
    """The path of a head's report."""
    return f"/reports/{quote(ref.forge)}/{quote(ref.repository)}/{ref.number}/{quote(head)}"
