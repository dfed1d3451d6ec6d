"""Where the elements that cause a cell are written, and those whose absence lets it through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from bot.access_diff.nearest import Shortfall
from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Text
from bot.frozen import dataclass
from bot.iam.condition import Test
from bot.iam.coverage import Box
from bot.iam.intersection import arn_readings
from bot.iam.language import Language
from bot.iam.pattern import meets
from bot.iam.principal import entry_patterns
from bot.iam.statement import Condition, Principals, Statement
from bot.iam.vocabulary import Vocabulary

Trails = Iterable[Trail]


@dataclass(slots=True)
class Causes:
    """Trails on the side that has the cell, most telling first, and on the side that has it not."""

    here: list[Trail] = field(default_factory=list)
    there: list[Trail] = field(default_factory=list)


def of_allow(cell: Box, missed: Shortfall | None, vocabulary: Vocabulary) -> Causes:
    """Why an Allow reaches further than the closest one before, which `missed` the cell."""
    elements = _Elements(vocabulary)
    statement = cell.origin
    causes = Causes()
    actions = list(elements.actions(statement, cell.actions))
    resources = list(elements.resources(statement, cell.resources))
    if missed is None:
        causes.here = [*actions, *resources]
        causes.here.append(statement.trail)
        return causes
    before = missed.box.origin
    if missed.principals:
        causes.here += elements.principals(statement.principals, cell.principals)
        causes.there += elements.excluded_principals(before.principals, cell.principals)
    for test in missed.tests:
        causes.here += _condition_values(statement, before, test.key)
        causes.there += _conditions_on(before, test.key)
    if missed.actions:
        causes.here += actions
        causes.there += elements.excluded_actions(before, cell.actions)
    if missed.resources:
        causes.here += resources
        causes.there += elements.excluded_resources(before, cell.resources)
    causes.here += [*actions, *resources, statement.trail]
    return causes


def of_deny(cell: Box, gone: Box, left: Shortfall | None, vocabulary: Vocabulary) -> Causes:
    """Why a Deny no longer keeps the cell out: `left` is the closest Deny that is still there."""
    elements = _Elements(vocabulary)
    causes = Causes()
    if left is None or left.distance[0] > 1:
        causes.there.append(gone.origin.trail)
    else:
        still = left.box.origin
        for test in left.tests:
            causes.here += _conditions_on(still, test.key)
        if left.principals:
            causes.here += elements.excluded_principals(still.principals, cell.principals)
            causes.there += elements.principals(gone.origin.principals, cell.principals)
        if left.actions:
            causes.here += elements.excluded_actions(still, cell.actions)
            causes.there += [] if gone.origin.not_action else elements.actions(gone.origin, cell.actions)
        if left.resources:
            causes.here += elements.excluded_resources(still, cell.resources)
            causes.there += [] if gone.origin.not_resource else elements.resources(gone.origin, cell.resources)
        causes.there.append(gone.origin.trail)
    causes.here += of_allow(cell, None, vocabulary).here
    return causes


def of_limit(cell: Box, gone: Statement | None, wider: Shortfall | None, vocabulary: Vocabulary) -> Causes:
    """Why a limit lets the cell through: `wider` is the limit's statement that now allows it."""
    causes = Causes(there=[] if gone is None else [gone.trail])
    if wider is not None:
        elements = _Elements(vocabulary)
        causes.here += elements.actions(wider.box.origin, cell.actions)
        causes.here += elements.resources(wider.box.origin, cell.resources)
        causes.here.append(wider.box.origin.trail)
    causes.here += of_allow(cell, None, vocabulary).here
    return causes


@dataclass(frozen=True, slots=True)
class _Elements:
    """Finds where elements are written."""

    vocabulary: Vocabulary

    def actions(self, statement: Statement, cell: Language) -> Trails:
        """The Action items the cell lies in, or NotAction as a whole."""
        return _touching(statement.not_action, self._action_items(statement), cell)

    def resources(self, statement: Statement, cell: Language) -> Trails:
        """The Resource items the cell lies in, or NotResource as a whole."""
        return _touching(statement.not_resource, self._resource_items(statement), cell)

    def excluded_actions(self, statement: Statement, cell: Language) -> Trails:
        """The NotAction items that keep the cell out."""
        return _touching(False, self._action_items(statement), cell) if statement.not_action else ()

    def excluded_resources(self, statement: Statement, cell: Language) -> Trails:
        """The NotResource items that keep the cell out."""
        return _touching(False, self._resource_items(statement), cell) if statement.not_resource else ()

    def principals(self, principals: Principals | None, cell: Language) -> Trails:
        """The Principal items the cell lies in, or NotPrincipal as a whole."""
        if principals is None:
            return ()
        if principals.negated:
            return (principals.trail,)
        return _touching(False, self._principal_items(principals), cell)

    def excluded_principals(self, principals: Principals | None, cell: Language) -> Trails:
        """The NotPrincipal items that keep the cell out."""
        if principals is None or not principals.negated:
            return ()
        return _touching(False, self._principal_items(principals), cell)

    def _action_items(self, statement: Statement) -> Iterator[tuple[str, Text]]:
        for text in statement.actions:
            yield (self.vocabulary.pattern(text, variables=False) or "").lower(), text

    def _resource_items(self, statement: Statement) -> Iterator[tuple[str, Text]]:
        variables = statement.version == "2012-10-17"
        for text in statement.resources:
            for reading in arn_readings(self.vocabulary.pattern(text, variables=variables) or ""):
                yield reading, text

    def _principal_items(self, principals: Principals) -> Iterator[tuple[str, Text]]:
        for entry in principals.entries:
            for pattern in entry_patterns(entry, self.vocabulary):
                yield pattern, entry.identifier


def _touching(negated: bool, items: Iterator[tuple[str, Text]], cell: Language) -> Iterator[Trail]:
    """The trails of the items that meet the cell; of a Not- element, of its first item."""
    whole = frozenset(cell.within)
    for pattern, text in items:
        if negated or pattern in whole or any(meets(pattern, part) for part in cell.within):
            yield text.trail
        if negated:
            break


def _conditions_on(statement: Statement, key: str) -> list[Trail]:
    return [condition.trail for condition in statement.conditions if condition.key.lower() == key]


def _condition_values(statement: Statement, before: Statement, key: str) -> list[Trail]:
    """The values of a key's conditions that were not there before, then the conditions."""
    known = {value.parts for condition in _on(before, key) for value in condition.values}
    values = [
        value.trail for condition in _on(statement, key) for value in condition.values if value.parts not in known
    ]
    return [*values, *_conditions_on(statement, key)]


def _on(statement: Statement, key: str) -> list[Condition]:
    return [condition for condition in statement.conditions if condition.key.lower() == key]


def keys_of(tests: Iterable[Test]) -> tuple[str, ...]:
    """The condition keys of some tests, each once."""
    return tuple(dict.fromkeys(test.key for test in tests))
