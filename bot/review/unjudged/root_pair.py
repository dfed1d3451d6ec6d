"""One root on both sides of a change."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.source_tree import SourceTree
from bot.extract import Extracted
from bot.extract.cloud_control import with_cloud_control
from bot.frozen import dataclass
from bot.review.planned import Pairs
from bot.review.seen import Both, Evaluated
from bot.type_registry.registry import known_type
from bot.type_registry.type_facts import TypeClass

AWS = ("aws_", "awscc_")
"""How the types of the AWS providers begin."""

LOCAL = ("archive_", "external_", "local_", "null_", "random_", "template_", "terraform_", "time_", "tls_")
"""Types of providers that make nothing at AWS or anywhere else that is reached by others."""


@dataclass(frozen=True, slots=True)
class RootPair:
    """One root at base and at head as it is written, whatever plans say of it, and what it says about access.

    `read` are both sides as extraction read them: beside a plan, with what that knows. `moves` are the types of what
    keeps values that some root of the change keeps no more, or under another name: a new one may stand in for it.
    `tree` has all files of the head, where other roots are asked.
    """

    base: EvaluatedConfig
    head: EvaluatedConfig
    before: Extracted
    after: Extracted
    read: tuple[EvaluatedConfig, EvaluatedConfig]
    moves: frozenset[str] = frozenset()
    tree: SourceTree | None = None

    @property
    def holds_access(self) -> bool:
        """Whether anything in it could be somebody's access, on either side."""
        return any(map(_holds, (self.before, self.after)))

    @property
    def may_hold_access(self) -> bool:
        """Whether anything in it could be, by its type, also where extraction reads nothing of it."""
        made = (one for side in (self.base, self.head) for one in side.resources if one.mode == "managed")
        return self.holds_access or any(_may_hold(kind) for kind in {one.type for one in made})

    def reads(self, paths: Iterable[str]) -> bool:
        """Whether it is read from any of these files, on either side."""
        return not (self.base.files | self.head.files).isdisjoint(paths)


def _holds(one: Extracted) -> bool:
    stated = (one.grants, one.edges, one.latent_edges, one.credentials, one.members, one.public_access_blocks)
    return any(stated) or bool(one.gaps)


def _may_hold(kind: str) -> bool:
    facts = known_type(kind)
    return kind.startswith(AWS) and (facts is None or facts.type_class is not TypeClass.IRRELEVANT)


def root_pairs(written: Evaluated, both: Both, alone: Pairs) -> tuple[RootPair, ...]:
    """The roots as they are written, as a plan tells what a look-up finds today, on both sides; then those that only a
    plan tells of, as far as blocks give what it says."""
    configs = zip(both.base.configs, both.head.configs, strict=True)
    said = zip(both.base.extracted, both.head.extracted, configs, strict=True)
    known = (*zip(written.base, written.head, strict=True), *alone)
    planned = {head.root for _, head in alone}
    found = [one for index, one in enumerate(said) if index < len(written.base) or one[2][1].root in planned]
    return tuple(_pair(side, *said) for side, said in zip(known, found, strict=True))


Sides = tuple[EvaluatedConfig, EvaluatedConfig]


def _pair(written: Sides, before: Extracted, after: Extracted, read: Sides) -> RootPair:
    """A root, its blocks as extraction read them."""
    (base, head), (old, new) = (tuple(map(with_cloud_control, sides)) for sides in (written, read))
    return RootPair(base, head, before, after, (old, new))
