"""Roles that a block runs with: whether an argument that names one has it run as anybody whom nothing else says."""

from __future__ import annotations

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.value import Value
from bot.extract.argument_reading import string
from bot.extract.reference import ResourceIndex
from bot.extract.runners import ROLE_TYPES, runs_as, runs_with
from bot.iam.grant import Edge
from bot.review.unjudged.changed_blocks import Pair, with_argument
from bot.review.unjudged.leaves import Leaf
from bot.review.unjudged.same_blocks import is_of_no_policy


def is_role_of_nobody(pair: Pair, name: str, after: ResourceIndex, head: EvaluatedConfig) -> bool:
    """Whether a role that is run with is none of the root, and is called by what a module says that has none."""
    value = pair.values(name)[1]
    return _role(pair.some, value, after) is None and is_of_no_policy(value, head)


def runs_so_anyway(new: ResourceInstance | None, leaf: Leaf, after: ResourceIndex) -> bool:
    """Whether a role of the root inside an argument is one that the block runs as without that argument, and by the
    same means: whether that is new is compared by the other argument."""
    path, value = leaf
    if new is None or not runs_with(path[-1], "".join(path[-2:-1])) or _role(new, value, after) is None:
        return False
    return _runs(new, after) == _runs(with_argument(new, path[0], None), after)


def _role(one: ResourceInstance, value: Value | None, known: ResourceIndex) -> ResourceInstance | None:
    """The role of the root that a value of a block's names."""
    said = string(value)
    return None if said is None else known.find(said, ROLE_TYPES, one.address)


def _runs(one: ResourceInstance, known: ResourceIndex) -> set[tuple[object, object]]:
    """By which means a block runs as what."""
    return {(edge.via, edge.target) for edge in runs_as(one, known) if isinstance(edge, Edge)}
