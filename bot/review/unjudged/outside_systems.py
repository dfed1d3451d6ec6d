"""Whether what may be access is another system's, or leads to AWS's after all in the root that it is in."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.derived import symbols_in
from bot.evaluated.mentions import inside
from bot.evaluated.value import NullValue, ObjectValue, StringValue
from bot.extract.argument_reading import entry_of, nested, present, string
from bot.frozen import dataclass
from bot.review.changed_arguments import SystemName
from bot.review.unjudged.api_methods import answers_to
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.inner_values import is_of_iam
from bot.review.unjudged.leaves import Leaf, leaves
from bot.review.unjudged.lifted_blocks import texts_elsewhere
from bot.review.unjudged.root_pair import AWS, RootPair
from bot.type_registry.outside import Outside, outside


def system_of(kind: str, path: tuple[str, ...]) -> SystemName:
    """The kind of system that an argument of a type is about."""
    row = outside(kind, path) if kind.startswith(AWS) else None
    return "provider" if row is None else row.kind


@dataclass(frozen=True)
class OtherSystems:
    """What leads from other systems to AWS, on either side of a root."""

    root: RootPair

    def asked_of(self, pair: Pair) -> Callable[[Leaf], bool]:
        """Says of a value inside a block whether it is another system's."""
        return lambda leaf: self._is_outside(pair, leaf)

    def _is_outside(self, pair: Pair, leaf: Leaf) -> bool:
        path, value = leaf
        row = outside(pair.some.type, path)
        if row is None or is_of_iam(value) or _stands_with(pair, row) or not _applies(pair, row):
            return False
        return not self._leads_to_aws(pair, row)

    def _leads_to_aws(self, pair: Pair, row: Outside) -> bool:
        """Whether something of the root gives access to AWS to those whom the system lets in: what answers the calls of
        a method, where that is in view."""
        if not row.leads:
            return False
        answering = () if pair.new is None else answers_to(pair.new, self.root.head)
        if answering:
            return any(_leads(one, row) for one in answering)
        if any(_leads(one, row) for one in self._blocks) or any(row.system in name for name in self._trusted):
            return True
        wholes = [f'"{lead}"'.encode() for lead in row.leads if "." not in lead]
        return any(lead in text for lead in wholes for text in self._elsewhere)

    @functools.cached_property
    def _elsewhere(self) -> tuple[bytes, ...]:
        """The configuration of other folders: what leads to AWS there may be handed whom this root lets in."""
        tree = self.root.tree
        return () if tree is None else tuple(texts_elsewhere(tree, self.root.head.root.directory).values())

    @functools.cached_property
    def _blocks(self) -> tuple[ResourceInstance, ...]:
        sides = (self.root.base, self.root.head)
        return tuple(one for side in sides for one in (*side.resources, *side.latent))

    @functools.cached_property
    def _trusted(self) -> frozenset[str]:
        """The federated principals of the root's policies."""
        grants = (grant for side in (self.root.before, self.root.after) for grant in side.grants)
        stated = (principals for grant in grants if (principals := grant.statement.principals) is not None)
        entries = (entry for principals in stated for entry in principals.entries)
        return frozenset(str(entry.identifier) for entry in entries if entry.type == "Federated")


def signed_origins(one: ResourceInstance | None, way: str) -> tuple[ObjectValue, ...]:
    """The origins that a distribution signs in to, asked of what says which these are, and what is served from which:
    where the buckets are new, the policies that let it in are compared."""
    if one is None or one.type != "aws_cloudfront_distribution" or way not in _SERVES:
        return ()
    return tuple(each for each in nested(one, "origin") if any(present(each.get(name)) for name in _SIGNED))


_SERVES = frozenset(
    {
        "default_cache_behavior.target_origin_id",
        "ordered_cache_behavior.target_origin_id",
        "origin.origin_access_control_id",
    }
)
_SIGNED = ("origin_access_control_id", "s3_origin_config")


def _stands_with(pair: Pair, row: Outside) -> bool:
    """Whether an argument of the block, on either side, makes the system's access AWS's."""
    sides = (one for one in (pair.old, pair.new) if row.not_with and one is not None)
    return any(
        path[-1] in row.not_with and not (isinstance(value, NullValue) or _is_empty(value))
        for one in sides
        for path, value in leaves("", None, one.attributes)
    )


def _applies(pair: Pair, row: Outside) -> bool:
    """Whether the block is one of those that the row is of, on both sides."""
    sides = (one for one in (pair.old, pair.new) if row.only_if and one is not None)
    values = (string(one.attribute(row.only_if[0])) for one in sides)
    return all(value is not None and value.literal in row.only_if[1:] for value in values)


def _is_empty(value: object) -> bool:
    return isinstance(value, StringValue) and value.known == ""


def _leads(one: ResourceInstance, row: Outside) -> bool:
    if one.type in row.leads or any(_is_given(one, each) for each in row.leads):
        return True
    if one.mode == "module":
        given = (str(name) for name, _ in one.attributes.entries)
        return any(row.system in word for word in (*given, *_words(one)))
    return one.type in row.by_name and any(row.system in word for word in (*_words(one), *_unknown(one, row.system)))


def _is_given(one: ResourceInstance, lead: str) -> bool:
    """Whether a block leads to AWS by an argument that it is given ("type.argument")."""
    kind, _, name = lead.partition(".")
    return kind == one.type and name != "" and not isinstance(entry_of(one.attributes, name), NullValue | None)


def _words(one: ResourceInstance) -> Iterator[str]:
    """What a block says, and the names of what it names; of a module also where it is from."""
    yield one.type
    for value in inside(one.attributes):
        if isinstance(value, StringValue) and not _is_function(value):
            yield from (str(piece).lower() for piece in value.pieces)
    yield from (symbol.name for symbol in symbols_in(one.attributes) if _FUNCTION not in f".{symbol.name}")


def _is_function(value: StringValue) -> bool:
    """Whether a text is a function's ARN, or how an API calls one: whatever that is called, it is nobody's pool."""
    return any(":lambda:" in str(piece) for piece in value.pieces)


def _unknown(one: ResourceInstance, system: str) -> Iterator[str]:
    """The system's word, where it is not known whose tokens a block is about: a cluster of EKS is another system."""
    asked = (value for name in _WHOSE if (value := one.attribute(name)) is not None)
    if any(_OF_CLUSTER not in symbol.name for value in asked for symbol in symbols_in(value)):
        yield system


_WHOSE = ("url", "saml_metadata_document")
_OF_CLUSTER = "aws_eks_cluster"
_FUNCTION = ".aws_lambda_function."
