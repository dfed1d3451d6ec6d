"""What could not be evaluated: expressions, which refer to what their syntax tree says, and modules not here."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.diagnostic import StepKind
from bot.evaluated.document import Symbol
from bot.evaluated.value import Unknown
from bot.frontends.terraform.modules.module import Declared
from bot.frontends.terraform.syntax.nodes import Attribute, Expression, Index, Name, Node, children
from bot.frontends.terraform.syntax.source_files import Source
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """The symbol of such an expression follows from each reference in it, as its module instance names it."""

    node: Expression
    module: str
    source: Source

    def symbols(self) -> Iterator[Symbol]:
        """The references, names that only the expression itself binds among them."""
        prefix = f"{self.module}." if self.module else ""
        for reference in _references(self.node):
            yield Symbol(f"{prefix}{self.source.text(reference)}")


def of_unread_module(call: Declared, name: str, address: str) -> Unknown:
    """What the call of a module that is not here stands for, or an output of it."""
    trail = (call.source.header_step(call.block, f"module.{name}", StepKind.ADDRESS),)
    return Unknown(Symbol(address, f"module {name} is not in the repository"), trail)


def _references(node: Node) -> Iterator[Node]:
    """The outermost references, and those inside the keys of their elements."""
    if not isinstance(node, Attribute | Index | Name):
        for child in children(node):
            yield from _references(child)
        return
    target: Node = node
    while isinstance(target, Attribute | Index):
        if isinstance(target, Index):
            yield from _references(target.key)
        target = target.target
    if isinstance(target, Name):
        yield node
    else:
        yield from _references(target)
