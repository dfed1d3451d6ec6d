"""How alike the statements of two principals are, apart from their own names and the modules they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.evaluated.address import module_prefix
from bot.evaluated.document import Symbol, Text
from bot.frozen import dataclass
from bot.iam.arn import is_arn, printed_segments
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, RoleTrust
from bot.iam.statement import Condition, Principals, Statement

SAME_SHAPE = 0.5
"""What a statement counts that has another's actions, condition keys and services, on other resources."""

NAME_LENGTH = 4
"""A shorter name is a part of too many words to be recognised in a resource."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A principal's statements as keys: without its own names, and only their shapes; who may become it."""

    exact: frozenset[Key]
    shapes: Counter[Key]
    trust: frozenset[Key]


def profile(holder: PolicySubject, held: Mapping[PolicySubject, tuple[Grant, ...]]) -> Profile:
    """The profile of `holder`; its trust is looked up in `held`."""
    own = _Own.of(holder)
    grants = held.get(holder, ())
    trust = () if isinstance(holder, RoleTrust) else held.get(holder.trust, ())
    statements = {own.key(grant.statement): grant.statement for grant in grants}
    return Profile(
        frozenset(statements),
        Counter(map(_shape, statements.values())),
        frozenset(own.key(one.statement) for one in trust),
    )


def likeness(base: Profile, head: Profile) -> float:
    """From 0 (nothing in common) to 1 (the same). Shapes count only where the same may become both."""
    equal = len(base.exact & head.exact)
    together = (base.shapes & head.shapes).total()
    alike = max(together - equal, 0) if base.trust == head.trust and base.trust else 0
    everything = len(base.exact) + len(head.exact) - equal - alike
    return (equal + SAME_SHAPE * alike) / max(everything, 1)


@dataclass(frozen=True, slots=True)
class _Own:
    """What is a principal's own in texts about it: its address, its module and its name."""

    address: str
    module: str
    name: str

    @classmethod
    def of(cls, holder: PolicySubject) -> _Own:
        name = holder.name if len(holder.name) >= NAME_LENGTH and "${" not in holder.name else ""
        return cls(holder.address, module_prefix(holder.address), name)

    def key(self, statement: Statement) -> Key:
        """Equal for statements that say the same, each of its own principal."""
        return (
            statement.effect,
            statement.not_action,
            frozenset(str(one).lower() for one in statement.actions),
            statement.not_resource,
            self._texts(statement.resources),
            self._principals(statement.principals),
            frozenset(self._condition(one) for one in statement.conditions),
        )

    def _principals(self, principals: Principals | None) -> Key | None:
        if principals is None:
            return None
        return (principals.negated, frozenset((one.type, self._text(one.identifier)) for one in principals.entries))

    def _condition(self, condition: Condition) -> Key:
        return (condition.operator.lower(), condition.key.lower(), self._texts(condition.values))

    def _texts(self, texts: Iterable[Text]) -> frozenset[str]:
        return frozenset(map(self._text, texts))

    def _text(self, written: Text) -> str:
        return "".join(map(self._part, written.parts))

    def _part(self, part: str | Symbol) -> str:
        if isinstance(part, str):
            return part.replace(self.name, "<name>") if self.name else part
        if part.name == self.address or part.name.startswith(f"{self.address}."):
            return f"<own>{part.name[len(self.address) :]}"
        return f"<{part.name.removeprefix(self.module)}>"


def _shape(statement: Statement) -> Key:
    written = map(str, statement.resources)
    services = frozenset(tuple(printed_segments(one)[:3]) if is_arn(one) else () for one in written)
    return (
        statement.effect,
        statement.not_action,
        frozenset(str(one).lower() for one in statement.actions),
        statement.not_resource,
        services,
        frozenset((one.operator.lower(), one.key.lower()) for one in statement.conditions),
    )
