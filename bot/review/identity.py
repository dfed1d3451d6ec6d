"""What makes two findings the same, and two threads about them: every way of telling that is in use.

A finding has the newest version's fingerprint, and beside it what the earlier ones of the table give it: by those it is
found what was stored under them. A version leaves the table one release after the next one came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable

from bot.frozen import dataclass
from bot.late_pattern import late_pattern

SHOWN_DIGITS = 16
"""So many digits are shown to people, and this many at least must be given by them. Fewer are too easily made twice:
two findings that agree in eight take seconds."""

WHOLE_DIGITS = 64

MAX_CELLS = 4096
"""A row with more (action, resource) pairs is one cell."""

_DIGITS = "|".join(f"[0-9a-f]{{{count}}}" for count in (WHOLE_DIGITS, SHOWN_DIGITS))
_TEXT = late_pattern(rf"(?:(?P<version>[2-9]|[1-9]\d+):)?(?P<digest>{_DIGITS})")


def _text(version: int, digits: str) -> str:
    return digits if version == 1 else f"{version}:{digits}"


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """What a finding is recognised by: hexadecimal digits as `version` makes them, all 64 or the 16 that are shown.

    As text: the digits, after the version and a colon; version 1, which was first, is not written.
    """

    version: int
    digest: str

    def __str__(self) -> str:
        return _text(self.version, self.digest)

    @property
    def shown(self) -> str:
        """The digits that people are shown."""
        return self.digest[:SHOWN_DIGITS]

    @property
    def whole(self) -> bool:
        """Whether there are all digits."""
        return len(self.digest) == WHOLE_DIGITS

    @property
    def short(self) -> Fingerprint:
        """As release 0.1.0 kept it: as much of it as is shown."""
        return Fingerprint(self.version, self.shown)

    @property
    def thread(self) -> ThreadKey:
        """What marks comments on its finding."""
        return ThreadKey(self.version, self.shown)

    def names(self, other: Fingerprint) -> bool:
        """Whether the other one is this, as far as this goes."""
        return self.version == other.version and other.digest.startswith(self.digest)


@dataclass(frozen=True, slots=True, order=True)
class ThreadKey:
    """What tells that an inline comment is the one on a finding; written in its marker like a fingerprint."""

    version: int
    digits: str

    def __str__(self) -> str:
        return _text(self.version, self.digits)


@dataclass(frozen=True, slots=True)
class GapId:
    """What stands in a fingerprint's place where it is accepted that roots are not reviewed."""

    text: str

    def __str__(self) -> str:
        return self.text


Accepted = Fingerprint | GapId

OF_COMMIT = "commit "
"""What begins the scope of a waiver of a gap: one commit's name follows."""


def read_fingerprint(text: str) -> Fingerprint | None:
    """A fingerprint from its text; None if that is none."""
    match = _TEXT.fullmatch(text)
    return Fingerprint(int(match["version"] or 1), match["digest"]) if match else None


def read_accepted(text: str, scope: Iterable[str]) -> Accepted:
    """What a waiver with that scope is about: what is accepted for one commit is no finding."""
    fingerprint = None if any(one.startswith(OF_COMMIT) for one in scope) else read_fingerprint(text)
    return fingerprint or GapId(text)


def read_thread_key(text: str) -> ThreadKey | None:
    """A thread's key from its text; None if that is none."""
    fingerprint = read_fingerprint(text)
    return fingerprint.thread if fingerprint and len(fingerprint.digest) == SHOWN_DIGITS else None


@dataclass(frozen=True, slots=True)
class Identity:
    """The fingerprints of one finding: the newest version's, and what earlier ones give the same finding.

    `wholes` are those of bigger findings that it is a part of, from when all that a run of lines grants was one: who
    names one of them names this as well, as far as it was in that.
    """

    newest: Fingerprint
    earlier: tuple[Fingerprint, ...] = ()
    wholes: tuple[Fingerprint, ...] = ()

    @property
    def own(self) -> tuple[Fingerprint, ...]:
        """All of the finding itself, the newest first."""
        return (self.newest, *self.earlier)

    @property
    def every(self) -> tuple[Fingerprint, ...]:
        """All it may be named by, the newest first."""
        return (*self.own, *self.wholes)

    @property
    def threads(self) -> tuple[ThreadKey, ...]:
        """The keys its thread may have, the one it gets first."""
        return tuple(one.thread for one in self.every)

    def part_of(self, wholes: Iterable[Fingerprint]) -> Identity:
        """The same, known to be a part of those that are not itself."""
        return Identity(self.newest, self.earlier, tuple(one for one in wholes if one not in self.own))

    def begins(self, start: str) -> bool:
        """Whether somebody who gives these digits can mean this one, under whatever version they were shown."""
        return any(one.digest.startswith(start) for one in self.every)

    def named_by(self, given: Fingerprint) -> Fingerprint | None:
        """Which of them was given, as far as that goes."""
        return next((one for one in self.every if given.names(one)), None)


@dataclass(frozen=True, slots=True)
class GainedRow:
    """What one row of a finding grants, in text; a condition is an operator, a key and values."""

    actions: tuple[str, ...]
    except_actions: tuple[str, ...]
    resources: tuple[str, ...]
    except_resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    principals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GainedFacts:
    """What a finding about access is recognised by. `holders` are root directories, kinds and addresses."""

    rule: str
    holders: frozenset[tuple[str, str, str]]
    rows: tuple[GainedRow, ...]


@dataclass(frozen=True, slots=True)
class ListedFacts:
    """What any other finding is recognised by, in a certain order."""

    rule: str
    parts: tuple[str, ...]


Facts = GainedFacts | ListedFacts


@dataclass(frozen=True, slots=True)
class Version:
    """One way to tell findings apart: by the SHA-256 of a text."""

    number: int
    text: Callable[[Facts], str]


def _first(facts: Facts) -> str:
    """Rule, roots and addresses, gained cells: not where or how it is written."""
    match facts:
        case ListedFacts():
            return "\0".join(("1", facts.rule, *facts.parts))
        case GainedFacts():
            cells = sorted({cell for row in facts.rows for cell in _cells(row)})
            return json.dumps([1, facts.rule, sorted(facts.holders), cells], separators=(",", ":"), ensure_ascii=True)


def _cells(row: GainedRow) -> list[str]:
    context = [
        sorted(action.lower() for action in row.except_actions),
        sorted(row.except_resources),
        sorted((operator.lower(), key.lower(), sorted(values)) for operator, key, values in row.conditions),
        sorted(row.principals),
    ]
    actions = sorted(action.lower() for action in row.actions)
    resources = sorted(row.resources)
    if len(actions) * len(resources) > MAX_CELLS:
        return [json.dumps([actions, resources, *context])]
    return [json.dumps([action, resource, *context]) for action in actions for resource in resources]


VERSIONS: tuple[Version, ...] = (Version(1, _first),)
"""The newest first."""


def newest_version() -> int:
    """That of the fingerprints which findings are given."""
    return VERSIONS[0].number


def identify(facts: Facts) -> Identity:
    """The fingerprints of the finding with these facts, under every version of the table."""
    newest, *earlier = (Fingerprint(version.number, _digest(version.text(facts))) for version in VERSIONS)
    return Identity(newest, tuple(earlier))


def identify_with(known: Identity, further: str) -> Identity:
    """The fingerprints of a finding that something further was added to."""
    newest, *earlier = (Fingerprint(one.version, _with(one, further)) for one in known.own)
    return Identity(
        newest, tuple(earlier), tuple(Fingerprint(one.version, _with(one, further)) for one in known.wholes)
    )


def _with(known: Fingerprint, further: str) -> str:
    """Its first digits come of the digits that were shown of it: all there was of it in release 0.1.0."""
    short, whole = (_digest(f"{of}\0{further}") for of in (known.shown, known.digest))
    return short[:SHOWN_DIGITS] + whole[SHOWN_DIGITS:]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def same_thread(identities: Iterable[Identity]) -> dict[ThreadKey, ThreadKey]:
    """The key that a thread begun under another key has from now on, by the one it had.

    Of several parts of one finding the first, which is the worst, goes on with its thread.
    """
    pairs = [(key, one.newest.thread) for one in identities for key in one.threads[1:]]
    return dict(reversed(pairs))
