"""What unknown values leave open: a request that looks new may be old, a Deny that is gone may have mattered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from itertools import chain

from bot.access_diff.cells import NewRequests, Reason
from bot.access_diff.ruleset import Compiled, may_share_actions
from bot.access_diff.witness import RequestSketch
from bot.frozen import dataclass
from bot.iam.arn import name_after, split_principal
from bot.iam.condition import Family, Test
from bot.iam.coverage import Box, possible
from bot.iam.language import Language
from bot.iam.pattern import FRESH_RUN, STAR, covers, is_symbol, is_unknown, meets
from bot.iam.satisfy import satisfy
from bot.iam.unification import may_match
from bot.iam.vocabulary import Vocabulary
from bot.late_pattern import late_pattern

Loose = Callable[[str], bool]
"""Which symbols may be equal to a literal."""

MAX_ASSUMED = 3
"""Pairs of unknowns that one witness names as different."""

MAX_PARTS = 24
"""Resources that are looked at one by one where a variable has a certain value."""

MAX_LOOKED_AT = 2_000
"""Statements asked whether an unknown might make them matter."""


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Terraform unknowns and policy variables of one direction of a comparison."""

    old: Compiled
    new: Compiled
    vocabulary: Vocabulary
    many: frozenset[str] = frozenset()
    _new: dict[str, bool] = field(default_factory=dict)

    def parts(self, box: Box) -> list[Box]:
        """The box resource by resource, as each may hold other unknowns or be new at another value of a variable."""
        apart = self.vocabulary.has_unknowns() or (self.vocabulary.fixed and len(box.resources.within) <= MAX_PARTS)
        if not apart or len(box.resources.within) < 2:
            return [box]
        without = box.resources.without
        return [replace(box, resources=Language((pattern,), without)) for pattern in box.resources.within]

    def objection(self, sample: RequestSketch, box: Box) -> str | None:
        """Why the sample might not be new after all; None if it is new whatever the unknowns are."""
        if not self.vocabulary.has_unknowns():
            return None
        denied = any(self._must_hold(other, sample, box) for other in self.old.main.denies.near(box))
        for other in self.old.main.allows.near(box) if not denied else ():
            if self._may_hold(other, sample) and not self._stays(other, sample):
                return self._words(other, sample, "may have been allowed before")
        for other in self.new.main.denies.near(box):
            if self._may_hold(other, sample):
                return self._words(other, sample, "may be denied now")
        return None

    def assumptions(self, sample: RequestSketch, box: Box) -> tuple[str, ...]:
        """Which unknowns are taken to be different, as what is new would be old if they were equal."""
        if not self.vocabulary.has_unknowns():
            return ()
        found: dict[str, None] = {}
        for other in self.old.main.allows.near(box):
            asked = (
                (other.resources, sample.resource),
                (other.principals, sample.principal),
                *_condition_values(other, sample),
            )
            if self._may_have(other.actions, sample.fit.action.lower()) and all(
                self._may_have(language, text, strangers=True) for language, text in asked
            ):
                found.update((words, None) for language, text in asked for words in self._differences(language, text))
        return tuple(found)[:MAX_ASSUMED]

    def _differences(self, language: Language, text: str) -> Iterator[str]:
        for pattern in language.within:
            here, there = _unknowns_but(text, pattern), _unknowns_but(pattern, text)
            unknown = [*there, *filter(is_unknown, text)]
            if not unknown or covers(pattern, text) or not may_match(pattern, text, self.vocabulary, strangers=True):
                continue
            if here and there:
                yield f"${{{self.vocabulary.name(here[0])}}} is not ${{{self.vocabulary.name(there[0])}}}"
            elif name_after(pattern, _SESSIONS) is None:
                one, other = (text, pattern) if here else (pattern, text)
                yield f"{self._spelled(one)} is not {self._spelled(other)}"

    def _spelled(self, text: str) -> str:
        spelled = self.vocabulary.spelled(text)
        kind, identifier = split_principal(spelled)
        return identifier if kind == "AWS" else spelled

    def _stays(self, other: Box, sample: RequestSketch) -> bool:
        """Whether what may be the sample is there on the new side too, so that the sample would be said twice.

        Who adds a bucket beside one that only Terraform knows means another one.
        """
        resources, principals = (
            frozenset(pattern for pattern in language.within if may_match(pattern, text, self.vocabulary))
            for language, text in ((other.resources, sample.resource), (other.principals, sample.principal))
        )
        action = sample.fit.action.lower()
        return any(
            self._still_passes(box.tests, other, sample)
            and _must_have(box.actions, action)
            and not (box.resources.without or box.principals.without)
            and resources <= frozenset(box.resources.within)
            and principals <= frozenset(box.principals.within)
            for box in self.new.main.allows.near(other)
        )

    def _still_passes(self, tests: frozenset[Test], other: Box, sample: RequestSketch) -> bool:
        """Whether tests of the new side take whatever value of the old side's may be the sample's."""
        return all(any(self._takes(test, old, sample) for old in other.tests) for test in tests - other.tests)

    def _takes(self, test: Test, old: Test, sample: RequestSketch) -> bool:
        asked = sample.context.get(test.key, ())
        may_be = {value for value in old.values if any(may_match(value, one, self.vocabulary) for one in asked)}
        return _lists_texts(old) and replace(old, values=test.values) == test and may_be <= set(test.values)

    def _may_hold(self, box: Box, sample: RequestSketch) -> bool:
        return (
            self._may_have(box.actions, sample.fit.action.lower())
            and self._may_have(box.resources, sample.resource)
            and self._may_have(box.principals, sample.principal)
            and all(self._may_pass(test, sample) for test in box.tests)
        )

    def _must_hold(self, box: Box, sample: RequestSketch, cell: Box) -> bool:
        return (
            box.tests <= cell.tests
            and _must_have(box.actions, sample.fit.action.lower())
            and _must_have(box.resources, sample.resource)
            and _must_have(box.principals, sample.principal)
        )

    def _may_have(self, language: Language, text: str, *, strangers: bool = False) -> bool:
        if any(covers(pattern, text) for pattern in language.without):
            return False
        if not strangers and self.new.policy.created:
            text = "".join(FRESH_RUN if self._is_created(char) else char for char in text)
        return any(may_match(pattern, text, self.vocabulary, strangers=strangers) for pattern in language.within)

    def _is_created(self, char: str) -> bool:
        """Whether a character is the name of something that was not there before: what was named is something else."""
        if not is_unknown(char):
            return False
        if char not in self._new:
            name = self.vocabulary.name(char)
            owner = name[: match.start()] if (match := _NAMING.search(name)) else ""
            self._new[char] = owner in self.new.policy.created
        return self._new[char]

    def _may_pass(self, test: Test, sample: RequestSketch) -> bool:
        values = sample.context.get(test.key)
        if values is None:
            return test.missing
        if test.family is not Family.STRING:
            return self._may_pass_other(test, values)
        if test.inverted:
            accepted = [not any(covers(pattern, value) for pattern in test.values) for value in values]
        else:
            accepted = [any(may_match(p, value, self.vocabulary) for p in test.values) for value in values]
        return all(accepted) if test.every else any(accepted)

    def _may_pass_other(self, test: Test, values: tuple[str, ...]) -> bool:
        """Whether a value that is no text may pass, or that there is one; one that only Terraform knows may be any."""
        if test.family is Family.PRESENCE:
            return test.inverted
        if len(values) != 1 or not values[0].isascii() or test.family not in _COMPARED:
            return test.family is not Family.BOOL or _may_be(values, test)
        known = tuple(value for value in test.values if value.isascii())
        if len(known) < len(test.values) and not test.inverted:
            return True
        value = Test(test.key, test.family, (f"={values[0]}",), missing=False)
        return satisfy(frozenset((replace(test, values=known), value)), test.key in self.many) is not None

    def _words(self, box: Box, sample: RequestSketch, verdict: str) -> str:
        unknown = next(self._in_doubt(box, sample), None)
        name = "an unknown value" if unknown is None else "${" + self.vocabulary.name(unknown) + "}"
        return f"it {verdict}: that depends on what {name} is"

    def _in_doubt(self, box: Box, sample: RequestSketch) -> Iterator[str]:
        """The unknowns that decide whether the sample is in the box: those that only one of both has, then any."""
        asked = (
            *_condition_values(box, sample),
            (box.resources, sample.resource),
            (box.principals, sample.principal),
        )
        pairs = [(pattern, text) for language, text in asked for pattern in language.within]
        for pattern, text in pairs:
            if not covers(pattern, text) and may_match(pattern, text, self.vocabulary):
                yield from (*_unknowns_but(pattern, text), *_unknowns_but(text, pattern))
        yield from (char for pair in pairs for part in pair for char in part if is_unknown(char))

    def doubtful_cells(self, boxes: Iterable[Box], opened_denies: list[Box], loose: Loose) -> list[NewRequests]:
        """Cells that are new only if a `loose` symbol has the value that something on the old side excludes."""
        excluding = [*opened_denies, *(one for box in self.old.main.allows.all for one in _excluded(box))]
        excluding = [box for box in excluding if box.resources.within][:MAX_LOOKED_AT]
        if not self.vocabulary.has_symbols() or not excluding:
            return []
        vague = [other for other in excluding if _has(loose, other)]
        return [
            NewRequests(box, Reason.DENY, other.origin, other)
            for box in boxes
            for other in (excluding if _has(loose, box) else vague)
            if self._may_overlap(box, other, loose)
        ]

    def _may_overlap(self, box: Box, other: Box, loose: Loose) -> bool:
        if not may_share_actions(box, other):
            return False
        meeting = any(meets(left, right) for left in box.resources.within for right in other.resources.within)
        if meeting and self._tests_only_may_meet(box.tests, other.tests, loose):
            return True
        return any(
            self._only_may_meet(left, right, loose) for left in box.resources.within for right in other.resources.within
        )

    def _tests_only_may_meet(self, left: frozenset[Test], right: frozenset[Test], loose: Loose) -> bool:
        """Whether no request passes all tests unless a symbol among their values is some certain text."""
        together = left | right
        if not any(loose(char) for test in together for value in test.values for char in value):
            return False
        if possible(together, self.many):
            return False
        return possible(frozenset(_loosened(test, loose) for test in together), self.many)

    def _only_may_meet(self, left: str, right: str, loose: Loose) -> bool:
        """Whether two patterns have nothing in common unless a symbol is some certain text."""
        if not any(map(loose, left + right)) or meets(left, right):
            return False
        this = "".join("*" if is_symbol(char) else char for char in left)
        other = "".join("*" if is_symbol(char) else char for char in right)
        return meets(this, right) or meets(left, other) or may_match(right, left, self.vocabulary)


_NAMING = late_pattern(r"\.(?:this_)?(?:(?:iam|lambda)_)?(?:(?:role|user)_)?(?:name|arn|id|unique_id)\Z")
"""The attribute of a resource, or output of a module that makes one role or user, that is its own name."""

_SESSIONS = "assumed-role/"
"""In the pattern of the sessions of a role, which is beside that of the role itself."""

_COMPARED = (Family.NUMBER, Family.DATE, Family.ADDRESS)


def _may_be(values: tuple[str, ...], test: Test) -> bool:
    """Whether one of the values may be among a test's, or with `inverted` not, if all are known."""
    if len(values) != 1 or not all(map(str.isascii, (*values, *test.values))):
        return True
    return (values[0] in test.values) != test.inverted


def _has(loose: Loose, box: Box) -> bool:
    """Whether a `loose` symbol is among a box's resources or what its conditions ask for."""
    texts = chain(box.resources.within, *(test.values for test in box.tests))
    return any(not text.isascii() and any(map(loose, text)) for text in texts)


def _lists_texts(test: Test) -> bool:
    """Whether it asks for one of the texts that are its values."""
    return test.family is Family.STRING and not test.inverted


def _condition_values(box: Box, sample: RequestSketch) -> Iterator[tuple[Language, str]]:
    """What a box's conditions accept, each with a value that the sample has there."""
    for test in filter(_lists_texts, box.tests):
        yield from ((Language(test.values), value) for value in sample.context.get(test.key, ()))


def _must_have(language: Language, text: str) -> bool:
    return any(covers(pattern, text) for pattern in language.within) and not language.without


def _loosened(test: Test, loose: Loose) -> Test:
    """The test with what its `loose` symbols may be, if it asks for one of its values; else any value passes."""
    if test.family is not Family.STRING or not any(loose(char) for value in test.values for char in value):
        return test
    if test.inverted:
        return replace(test, values=())
    return replace(test, values=tuple("".join(STAR if loose(c) else c for c in value) for value in test.values))


def _excluded(box: Box) -> Iterator[Box]:
    """What an Allow's NotResource and its negated conditions keep out."""
    yield replace(box, resources=Language(box.resources.without))
    for test in box.tests:
        if test.inverted and test.family is Family.STRING:
            yield replace(box, tests=box.tests - {test} | {test.negation()})


def _unknowns_but(text: str, other: str) -> list[str]:
    """The unknowns in one text that are not in the other."""
    return [char for char in text if is_unknown(char) and char not in other]
