"""Which cluster an object is in, and which one a name or a provider means."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from bot.evaluated.config import ResourceInstance
from bot.evaluated.derived import roots, symbols_in
from bot.evaluated.document import Symbol, Text
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, string
from bot.extract.reference import ResourceIndex, elsewhere, holder_of
from bot.iam.policy_subject import PolicySubject, Resource

CLUSTER = "aws_eks_cluster"

_CLOUDS = ("azurerm", "digitalocean", "google", "ibm", "linode", "oci", "ovh", "scaleway")

SOME = "cluster"
"""The address of the cluster that the objects of a root are in where nothing here says which it is."""


def cluster_of(instance: ResourceInstance, index: ResourceIndex) -> Resource:
    """The cluster whose object it is: the one that its provider asks.

    Where no provider says it, they are of one cluster, which has the name of the root's cluster if there is only one.
    So a cluster more makes no object another cluster's.
    """
    asked = (index.providers.get(name) for name in instance.made_by.names)
    found = next((one for provider in asked if provider and (one := cluster_behind(provider.attributes, index))), None)
    if found is not None:
        return as_holder(found, index)
    known = {as_holder(one, index).name for one in _clusters(index)}
    return Resource(index.root, SOME, known.pop() if len(known) == 1 else SOME)


def cluster_behind(value: Value, index: ResourceIndex) -> ResourceInstance | None:
    """The only cluster that a value follows from: a provider's arguments, the issuer of its tokens."""
    names = {root.name for symbol in symbols_in(value) for root in roots(symbol)}
    found = [one for one in _clusters(index) if any(name.startswith(f"{one.address}.") for name in names)]
    return found[0] if len(found) == 1 else None


def cluster_named(written: Text, scope: str, index: ResourceIndex) -> Resource:
    """The cluster that an argument names."""
    found = index.find(written, (CLUSTER,), scope)
    return elsewhere(index, Resource, written, scope) if found is None else as_holder(found, index)


def as_holder(cluster: ResourceInstance, index: ResourceIndex) -> Resource:
    """A cluster of the root; one that is only looked up is known by its name."""
    name = string(argument(cluster, "name"))
    if cluster.mode == "managed" or name is None:
        return holder_of(cluster, Resource, index.root)
    made = index.find(name, (CLUSTER,), cluster.address)
    if made is not None and made.mode == "managed":
        return holder_of(made, Resource, index.root)
    return elsewhere(index, Resource, name, cluster.address)


def name_of(cluster: Resource) -> Text | None:
    """What a cluster is called; None for the one that nothing says which it is."""
    if cluster.name == SOME:
        return None
    return Text((Symbol(cluster.name[2:-1]) if cluster.name.startswith("${") else cluster.name,))


@lru_cache(maxsize=2)
def is_ours(index: ResourceIndex) -> bool:
    """Whether a root's cluster may be one of AWS: it says something of AWS, or nothing of another cloud."""
    types = {one.type.partition("_")[0] for one in index.by_address.values()}
    types |= {one.type.partition("_")[0] for one in index.providers.values()}
    return "aws" in types or types.isdisjoint(_CLOUDS)


def may_be_same(one: PolicySubject, other: PolicySubject) -> bool:
    """Whether two clusters are the same, as far as it is known which they are."""
    return SOME in (one.address, other.address) or one.address == other.address


def is_one(index: ResourceIndex, named: Iterable[PolicySubject]) -> bool:
    """Whether all that a root says of clusters is of the same one, as far as it is known."""
    known = {as_holder(one, index).address for one in _clusters(index)} | {one.address for one in named}
    return len(known - {SOME}) <= 1


@lru_cache(maxsize=2)
def _clusters(index: ResourceIndex) -> tuple[ResourceInstance, ...]:
    """The clusters of a root; kept, as each of its objects asks for its own."""
    return tuple(one for one in index.by_address.values() if one.type == CLUSTER and one.mode in ("managed", "data"))
