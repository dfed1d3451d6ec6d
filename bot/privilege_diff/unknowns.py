"""What unknown values leave open: a request that looks new may be old, a Deny that is gone may have mattered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.iam.condition import Family, Test
from bot.iam.coverage import Box
from bot.iam.language import Language
from bot.iam.pattern import covers, is_symbol, is_unknown, meets
from bot.iam.unification import may_match
from bot.iam.vocabulary import Vocabulary
from bot.privilege_diff.cells import Cell, Reason
from bot.privilege_diff.ruleset import Compiled
from bot.privilege_diff.witness import Sample

MAX_LOOKED_AT = 2_000
"""Statements asked whether an unknown might make them matter."""


@dataclass(frozen=True, slots=True)
class Unknowns:
    """Terraform unknowns and policy variables of one direction of a comparison."""

    old: Compiled
    new: Compiled
    vocabulary: Vocabulary

    def parts(self, box: Box) -> list[Box]:
        """The box resource by resource, as each may hold other unknowns."""
        if not self.vocabulary.has_unknowns() or len(box.resources.within) < 2:
            return [box]
        without = box.resources.without
        return [replace(box, resources=Language((pattern,), without)) for pattern in box.resources.within]

    def objection(self, sample: Sample, box: Box) -> str | None:
        """Why the sample might not be new after all; None if it is new whatever the unknowns are."""
        if not self.vocabulary.has_unknowns():
            return None
        denied = any(self._must_hold(other, sample, box) for other in self.old.main.denies.near(box))
        for other in self.old.main.allows.near(box) if not denied else ():
            if self._may_hold(other, sample):
                return self._words(other, sample, "may have been allowed before")
        for other in self.new.main.denies.near(box):
            if self._may_hold(other, sample):
                return self._words(other, sample, "may be denied now")
        return None

    def _may_hold(self, box: Box, sample: Sample) -> bool:
        return (
            self._may_have(box.actions, sample.fit.action.lower())
            and self._may_have(box.resources, sample.resource)
            and self._may_have(box.principals, sample.principal)
            and all(self._may_pass(test, sample) for test in box.tests)
        )

    def _must_hold(self, box: Box, sample: Sample, cell: Box) -> bool:
        return (
            box.tests <= cell.tests
            and _must_have(box.actions, sample.fit.action.lower())
            and _must_have(box.resources, sample.resource)
            and _must_have(box.principals, sample.principal)
        )

    def _may_have(self, language: Language, text: str) -> bool:
        if any(covers(pattern, text) for pattern in language.without):
            return False
        return any(may_match(pattern, text, self.vocabulary) for pattern in language.within)

    def _may_pass(self, test: Test, sample: Sample) -> bool:
        values = sample.context.get(test.key)
        if values is None:
            return test.missing
        if test.family is not Family.STRING:
            return True
        if test.inverted:
            accepted = [not any(covers(pattern, value) for pattern in test.values) for value in values]
        else:
            accepted = [any(may_match(p, value, self.vocabulary) for p in test.values) for value in values]
        return all(accepted) if test.every else any(accepted)

    def _words(self, box: Box, sample: Sample, verdict: str) -> str:
        texts = (*box.resources.within, *box.principals.within, sample.resource, sample.principal)
        unknown = next((char for text in texts for char in text if is_unknown(char)), None)
        name = "an unknown value" if unknown is None else "${" + self.vocabulary.name(unknown) + "}"
        return f"it {verdict}: that depends on what {name} is"

    def doubtful_cells(self, boxes: Iterable[Box], lost_denies: list[Box]) -> list[Cell]:
        """Cells that are new only if a symbol has the value that something on the old side excludes."""
        excluding = [*lost_denies, *map(_excluded, self.old.main.allows.all)]
        excluding = [box for box in excluding if box.resources.within][:MAX_LOOKED_AT]
        if not self.vocabulary.has_symbols() or not excluding:
            return []
        return [
            Cell(box, Reason.DENY, other.origin, other)
            for box in boxes
            for other in excluding
            if self._may_overlap(box, other)
        ]

    def _may_overlap(self, box: Box, other: Box) -> bool:
        if not any(meets(left, right) for left in box.actions.within for right in other.actions.within):
            return False
        return any(
            self._only_may_meet(left, right) for left in box.resources.within for right in other.resources.within
        )

    def _only_may_meet(self, left: str, right: str) -> bool:
        """Whether two patterns have nothing in common unless a symbol is some certain text."""
        if not any(map(is_symbol, left + right)) or meets(left, right):
            return False
        loose = "".join("*" if is_symbol(char) else char for char in left)
        other = "".join("*" if is_symbol(char) else char for char in right)
        return meets(loose, right) or meets(left, other) or may_match(right, left, self.vocabulary)


def _must_have(language: Language, text: str) -> bool:
    return any(covers(pattern, text) for pattern in language.within) and not language.without


def _excluded(box: Box) -> Box:
    """What an Allow's NotResource keeps out."""
    return replace(box, resources=Language(box.resources.without))
