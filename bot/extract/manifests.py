"""Objects of Kubernetes, as blocks of their own types write them and as manifests do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, blocks, field, known
from bot.extract.clusters import cluster_of
from bot.extract.reference import ResourceIndex
from bot.extract.yaml_reading import read_yaml
from bot.frozen import dataclass
from bot.iam.policy_subject import Resource

MANIFESTS = {"kubernetes_manifest": "manifest", "kubectl_manifest": "yaml_body"}
"""Types whose blocks are any object, by the argument that says which: a value, or a text in YAML."""


@dataclass(frozen=True, slots=True)
class ClusterObject:
    """An object that a root makes: its block, what it says, and the cluster that it is in."""

    instance: ResourceInstance
    written: ObjectValue
    cluster: Resource

    @property
    def kind(self) -> str:
        """Its kind in the words of Kubernetes."""
        return kind_of_object(self.instance, self.written)


def object_of(instance: ResourceInstance, index: ResourceIndex) -> ObjectValue | None:
    """What a block says: its own arguments, or the object that a manifest is; None for what nobody can read.

    An object whose kind is open is not read, as it may be any other.
    """
    made = _by_address(index).get(instance.address)
    return made.written if made is not None and made.instance is instance else _read(instance)


def objects(index: ResourceIndex) -> Iterable[ClusterObject]:
    """The objects that a root makes, as far as anybody can read them."""
    return _by_address(index).values()


@lru_cache(maxsize=2)
def _by_address(index: ResourceIndex) -> Mapping[str, ClusterObject]:
    """The objects by their blocks' addresses; kept, as each binding asks for its role and YAML is slow to read."""
    return {
        instance.address: ClusterObject(instance, written, cluster_of(instance, index))
        for instance in index.by_address.values()
        if instance.mode == "managed" and instance.type.startswith(("kubernetes_", "kubectl_"))
        if (written := _read(instance)) is not None
    }


def _read(instance: ResourceInstance) -> ObjectValue | None:
    if instance.type not in MANIFESTS:
        return instance.attributes
    written = argument(instance, MANIFESTS[instance.type])
    said = read_yaml(written) if instance.type == "kubectl_manifest" else written
    return said if isinstance(said, ObjectValue) and known(field(said, "kind")) is not None else None


def kind_of_object(instance: ResourceInstance, written: ObjectValue) -> str:
    """The object's kind in the words of Kubernetes."""
    if instance.type in MANIFESTS:
        return known(field(written, "kind")) or ""
    words = instance.type.removeprefix("kubernetes_").removesuffix("_v1").split("_")
    return "".join(word.capitalize() for word in words)


def named(block: ObjectValue, *names: str) -> Value | None:
    """The first of these that is there: Terraform's name of an argument, or that of the manifest."""
    return next((value for name in names if (value := field(block, name)) is not None), None)


def metadata(written: ObjectValue, name: str) -> Value | None:
    """What an object says of itself: its name, its namespace, its annotations."""
    return next((field(block, name) for block in blocks(field(written, "metadata"))), None)
