"""Every exception the program raises on purpose.

    IamReviewError
    |-- UsageError            the caller asked for something that is not there (exit 2)
    |   |-- RevisionError     a revision or folder that does not exist
    |   `-- ConfigError       a configuration file or value that is wrong
    |-- ContentsError         the repository's contents could not be read
    |   `-- DamagedCopy       something was wrong with a cached copy, which is gone now: worth trying again at once
    |       `-- DiskFull      there was no room for it on this machine
    |-- ForgeError            the forge refused or could not be reached
    |   |-- ForgeUnavailable  worth trying again later (network, 5xx, rate limit)
    |   |-- ForgeRefused      will not work by trying again (403, 404, 422)
    |   `-- LoginRefused      it does not know this process's own login any more (401)
    |-- NotNow                there is too much to do for something that can wait
    |-- StoreUnavailable      the database does not answer now (worth trying again)
    `-- ReviewFailed          the isolated review died, ran out of budget or answered nonsense (exit 3)
        `-- Superseded        it was ended because nobody wants its answer any more

Content that cannot be evaluated never raises: it becomes a gap.
"""

from __future__ import annotations


class IamReviewError(Exception):
    """Base of all; the message says what happened, where, and what to do."""


class UsageError(IamReviewError):
    """The caller asked for something that is not there or is contradictory."""


class RevisionError(UsageError):
    """A revision, repository or folder that does not exist."""


class ConfigError(UsageError):
    """A configuration file or value that is missing or wrong; names the key and the file."""


class ContentsError(IamReviewError):
    """The repository's contents could not be fetched or read; `status` is what git was answered by HTTP, if it was."""

    status: int | None = None


class DamagedCopy(ContentsError):
    """A cached copy of a repository could not be used, and has been thrown away."""


class DiskFull(DamagedCopy):
    """This machine's disk has no room for a cached copy; others' may have."""


class UnreadableFile(ContentsError):
    """Something is where a file is looked for, but no text can be had of it; the message follows the file's name."""


class ForgeError(IamReviewError):
    """The forge did not do what was asked; `status` is that of its answer, None where none came."""

    status: int | None = None


class ForgeUnavailable(ForgeError):
    """A network fault, a 5xx or a rate limit; `retry_after` is in seconds where the forge said it."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ForgeRefused(ForgeError):
    """The forge will not do this, now or later."""


class LoginRefused(ForgeRefused):
    """401: the key or token that this process logs in with is wrong, or worth nothing any more."""


class NotNow(IamReviewError):
    """Something that can wait does, until there is less to do."""


class StoreUnavailable(IamReviewError):
    """The database is away, restarting or has no connection to spare; what was asked may or may not have been done."""


class ReviewFailed(IamReviewError):
    """The isolated review ended without an answer; `kind` is why, in one of few words."""

    def __init__(self, message: str, kind: str = "other") -> None:
        super().__init__(message)
        self.kind = kind


class Superseded(ReviewFailed):
    """The isolated review was ended because nobody wants its answer any more."""
