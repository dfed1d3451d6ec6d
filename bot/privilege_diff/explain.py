"""Cells of access as rows in policy vocabulary, each with the elements that cause it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.diagnostics import Trail
from bot.document import Text
from bot.iam.condition import Family, Test
from bot.iam.coverage import Box
from bot.iam.language import Language
from bot.iam.pattern import arn_pattern, covers
from bot.iam.statement import Condition, Statement
from bot.iam.vocabulary import Vocabulary
from bot.privilege_diff.cells import Cell
from bot.privilege_diff.delta import Change, ConditionView, Row, Witness


@dataclass(slots=True)
class Explainer:
    """Spells cells with the words of the policies' authors."""

    vocabulary: Vocabulary
    spelling: dict[str, str] = field(default_factory=dict)

    def learn(self, statements: Iterable[Statement]) -> None:
        """Remember how actions are written."""
        for statement in statements:
            for action in statement.actions:
                pattern = self.vocabulary.pattern(action, variables=False)
                if pattern is not None:
                    self.spelling.setdefault(pattern.lower(), str(action))

    def row(self, box: Box) -> Row:
        """The row a box is."""
        return Row(
            actions=self._actions(box.actions.within),
            except_actions=self._actions(box.actions.without),
            resources=self._spelled(box.resources.within),
            except_resources=self._spelled(box.resources.without),
            conditions=_views(box.origin.conditions),
            principals=() if box.origin.principals is None else self._spelled(box.principals.within),
        )

    def change(self, cell: Cell, witness: Witness | None, why: str = "") -> Change:
        """The change a cell is."""
        statement = cell.box.origin
        return Change(
            row=self.row(cell.box),
            statement=statement,
            causes=tuple(dict.fromkeys(filter(None, self._causes(cell.box, statement)))),
            removed=() if cell.gone is None else (cell.gone.trail,),
            witness=witness,
            why=why,
            why_new=str(cell.reason),
        )

    def unsettled(self, statement: Statement, why: str) -> Change:
        """A statement of which nothing could be settled."""
        row = Row(
            actions=tuple(map(str, statement.actions)),
            resources=tuple(map(str, statement.resources)),
            conditions=_views(statement.conditions),
        )
        return Change(row, statement, (statement.trail,), why=why)

    def _causes(self, box: Box, statement: Statement) -> Iterable[Trail]:
        yield self._element(box.actions, statement.actions, lower=True)
        yield self._element(box.resources, statement.resources, lower=False)
        yield statement.trail

    def _element(self, language: Language, texts: tuple[Text, ...], *, lower: bool) -> Trail:
        """Where the first element that covers the language is written."""
        for pattern in language.within:
            for text in texts:
                written = self.vocabulary.pattern(text, variables=True) or ""
                if covers(written.lower() if lower else arn_pattern(written), pattern):
                    return text.trail
        return ()

    def _actions(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.spelling.get(pattern) or self.vocabulary.spelled(pattern) for pattern in patterns)

    def _spelled(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self.vocabulary.spelled, patterns))


def _views(conditions: tuple[Condition, ...]) -> tuple[ConditionView, ...]:
    return tuple(
        ConditionView(condition.operator, condition.key, tuple(map(str, condition.values))) for condition in conditions
    )


def is_unclear(test: Test) -> bool:
    """Whether the cell needs a condition that nobody can read to fail."""
    return test.family is Family.OPAQUE and test.inverted
