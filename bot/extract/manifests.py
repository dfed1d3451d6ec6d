"""Objects of Kubernetes, as blocks of their own types write them and as manifests do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, blocks, field, known
from bot.extract.reference import ResourceIndex
from bot.extract.yaml_reading import read_yaml

MANIFESTS = {"kubernetes_manifest": "manifest", "kubectl_manifest": "yaml_body"}
"""Types whose blocks are any object, by the argument that says which: a value, or a text in YAML."""


def object_of(instance: ResourceInstance) -> ObjectValue | None:
    """What a block says: its own arguments, or the object that a manifest is; None for what nobody can read."""
    if instance.type not in MANIFESTS:
        return instance.attributes
    written = argument(instance, MANIFESTS[instance.type])
    said = read_yaml(written) if instance.type == "kubectl_manifest" else written
    return said if isinstance(said, ObjectValue) and field(said, "kind") is not None else None


@lru_cache(maxsize=2)
def objects(index: ResourceIndex) -> tuple[tuple[ResourceInstance, ObjectValue], ...]:
    """The objects that a root makes, each with what its block says; kept, as each binding asks for its role."""
    return tuple(_objects(index))


def _objects(index: ResourceIndex) -> Iterator[tuple[ResourceInstance, ObjectValue]]:
    for instance in index.by_address.values():
        if instance.mode == "managed" and instance.type.startswith(("kubernetes_", "kubectl_")):
            written = object_of(instance)
            if written is not None:
                yield instance, written


def kind_of_object(instance: ResourceInstance, written: ObjectValue) -> str:
    """The object's kind in the words of Kubernetes; "" for what a manifest leaves open."""
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
