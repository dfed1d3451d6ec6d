"""Policy documents read into statements, and what in them could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from bot.diagnostics import Trail
from bot.document import Node
from bot.iam.statement import PolicyKind, Statement


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """Something in a document that is malformed or unknown.

    `kind` is a slug ("malformed-policy", "unknown-operator", "unresolved-element", ...).
    `blind` tells that the statements read do not say all of what the document may allow.
    """

    kind: str
    reason: str
    trail: Trail
    blind: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of one document, in order, and its problems."""

    statements: tuple[Statement, ...]
    problems: tuple[PolicyProblem, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the statements say all of what the document allows."""
        return not any(problem.blind for problem in self.problems)


def parse_policy(document: Node, kind: PolicyKind) -> Policy:
    """Read a policy document; never raises: what cannot be read is a problem of the policy."""
    raise NotImplementedError
