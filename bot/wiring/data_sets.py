"""What data the package has, and of which day each is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.iam.packaged import DataSet, data_origin
from bot.type_registry.registry import origins

_FILES = {"AWS's actions": "actions.jsonl.gz", "AWS-managed policies": "managed_policies.jsonl.gz"}


def data_sets() -> tuple[DataSet, ...]:
    """The packaged data and its age."""
    return (*_of_aws(), *_of_providers())


def _of_aws() -> Iterator[DataSet]:
    for name, file in _FILES.items():
        origin = data_origin(file)
        yield DataSet(name, origin["version"], date.fromisoformat(origin["date"]))


def _of_providers() -> Iterator[DataSet]:
    for provider in origins():
        yield DataSet(f"types of provider {provider.name}", provider.version, date.fromisoformat(provider.date))


def versions() -> str:
    """A line for each: its day, its name and its version."""
    return "".join(f"{one.day}  {one.name} ({one.version})\n" for one in data_sets())
