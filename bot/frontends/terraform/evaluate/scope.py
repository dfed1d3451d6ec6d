"""Where an expression is evaluated: the names it may use and the file it is written in."""

from __future__ import annotations

from typing import Protocol

from bot.evaluated.guard import Guard
from bot.evaluated.value import Value
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.modules.module import Written
from bot.frontends.terraform.syntax.nodes import Attribute, Index
from bot.frontends.terraform.syntax.source_files import Source
from bot.frozen import dataclass

AccessStep = Attribute | Index


class References(Protocol):
    """A module instance, as expressions see it."""

    run: Run
    address: str

    @property
    def directory(self) -> str:
        """The module's directory in the repository."""

    def refer(self, head: str, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        """The value a reference beginning with `head` names, and how many of `steps` that took.

        Raises FunctionFault for names that are not declared.
        """

    def is_collection(self, variable: str) -> bool:
        """Whether a variable is declared as a list, set or map of something."""


@dataclass(frozen=True, slots=True)
class Scope:
    """`bindings` are each, count, self and iterators; `label` tells instances of one block apart in names.

    `assumed` are guards of undecided values that hold here, such as those the instance's existence depends on.
    """

    module: References
    source: Source
    bindings: dict[str, Value]
    label: str = ""
    assumed: frozenset[Guard] = frozenset()

    def assuming(self, guards: frozenset[Guard]) -> Scope:
        """The scope where these guards hold besides."""
        if guards <= self.assumed:
            return self
        return Scope(self.module, self.source, self.bindings, self.label, self.assumed | guards)

    def bind(self, **names: Value) -> Scope:
        """The scope with more names."""
        return Scope(self.module, self.source, {**self.bindings, **names}, self.label, self.assumed)

    def at(self, source: Source) -> Scope:
        """The scope for an expression written in another file."""
        return self if source is self.source else Scope(self.module, source, self.bindings, self.label, self.assumed)


@dataclass(frozen=True, slots=True)
class VariableInput:
    """A value for a variable: where it is written, and the scope its expression is evaluated in.

    `by_default` if it is what holds where nobody says anything else, as a variable's own default does.
    """

    written: Written
    scope: Scope
    what: str
    by_default: bool = False
