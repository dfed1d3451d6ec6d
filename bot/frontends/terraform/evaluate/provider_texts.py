"""What provider blocks of a root module say by their text alone, before anything can be evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frontends.terraform.modules.module import Module
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Attribute, Name, Node, children
from bot.frozen import dataclass

_KNOWN_BEFORE = frozenset({"path", "terraform", "var"})
"""First words of references to what is known whoever is asked."""


@dataclass(frozen=True, slots=True)
class ProviderTexts:
    """The providers of a module; `inert` are arguments that leave one in the account it is in."""

    module: Module
    inert: frozenset[str] = frozenset()

    def alike(self, one: str, other: str) -> bool:
        """Whether both are written the same way, but for what is inert."""
        both = [self.module.providers.get(name) for name in (one, other)]
        bodies = [shape(declared.block.body, self.inert) for declared in both if declared is not None]
        return len(bodies) == len(both) and bodies[0] == bodies[1]

    def looks_up(self, name: str) -> bool:
        """Whether it is configured by what some block makes or finds, which may need a provider itself."""
        declared = self.module.providers.get(name)
        pending: list[Node] = [] if declared is None else [declared.block.body]
        seen: set[str] = set()
        while pending:
            for words in _references(pending.pop()):
                if words[0] == "local" and words[-1] in self.module.locals and words[-1] not in seen:
                    seen.add(words[-1])
                    pending.append(self.module.locals[words[-1]].argument.value)
                elif words[0] not in _KNOWN_BEFORE | {"local"}:
                    return True
        return False


def _references(node: Node) -> Iterator[tuple[str, ...]]:
    """The first words of references, with the second one where it follows at once."""
    pending = [node]
    while pending:
        one = pending.pop()
        match one:
            case Attribute(target=Name(name=first), name=second):
                yield first, second
            case Name(name=first):
                yield (first,)
            case _:
                pending.extend(children(one))
