"""What a plan says of each resource instance, as the evaluator's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from bot.evaluated.value import ObjectValue, Value
from bot.frozen import dataclass

Wanted = Callable[[str, str], bool]
"""Whether an attribute of a resource type is to be read: (type, attribute)."""

Kept = Callable[[str, str, str], bool]
"""Whether a text in what is not read bears on access: (argument, the block that it is in, text)."""

Entries = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class PlannedResource:
    """One instance of a managed resource or data block.

    `before` is None if it is not there before, `after` if it is not there afterwards; both hold only the wanted
    attributes, without those that are null or marked sensitive. `unknown` are the attributes that are not wholly
    known until the plan is applied. `unread` is what the block's other arguments say before and after, veiled.
    """

    address: str
    mode: str
    type: str
    name: str
    actions: tuple[str, ...]
    previous_address: str
    before: ObjectValue | None
    after: ObjectValue | None
    unknown: frozenset[str] = frozenset()
    unread: tuple[Entries, Entries] = ((), ())

    @property
    def changes(self) -> bool:
        """Whether applying does anything to it."""
        return self.actions not in (("no-op",), ("read",))


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: `name` is what the user calls it, `root` the root module it is said to be of, if that was said.

    `declared` are the blocks of the configuration it was made from (addresses without instance keys), None if the
    plan does not tell; `configured` are the arguments each of them gives, `top` what the root module itself declares:
    resources and module calls. `partial` says why not every change is in it, "" if all are.
    """

    name: str
    root: str | None
    terraform_version: str
    resources: tuple[PlannedResource, ...]
    declared: frozenset[str] | None = None
    partial: str = ""
    top: frozenset[str] | None = None
    configured: Mapping[str, frozenset[str]] = field(default_factory=dict)


class PlanFault(Exception):
    """A file that is not a plan that can be read: the message says what it is and what to do."""
