"""The parts of `terraform show -json` that are read, typed: what is not named here is passed over unread."""

from __future__ import annotations

from typing import Any

import msgspec


class ShownChange(msgspec.Struct):
    """One resource's change. `before` and `after` are read attribute by attribute, and only those that are wanted."""

    actions: list[str]
    before: dict[str, msgspec.Raw] | None = None
    after: dict[str, msgspec.Raw] | None = None
    after_unknown: dict[str, Any] | bool | None = None
    before_sensitive: dict[str, Any] | bool | None = None
    after_sensitive: dict[str, Any] | bool | None = None


class ShownResource(msgspec.Struct):
    """One entry of `resource_changes`; `deposed` is the key of an object that a replacement left over."""

    address: str
    change: ShownChange
    mode: str = "managed"
    type: str = ""
    name: str = ""
    previous_address: str = ""
    deposed: str = ""


class ShownBlock(msgspec.Struct):
    """A resource or data block of the configuration the plan was made from."""

    address: str
    mode: str = "managed"
    expressions: dict[str, msgspec.Raw] = {}


class ShownCall(msgspec.Struct):
    """A module call of the configuration."""

    module: ShownModule | None = None


class ShownModule(msgspec.Struct):
    """A module of the configuration: its blocks and calls."""

    resources: list[ShownBlock] = []
    module_calls: dict[str, ShownCall] = {}


class ShownConfiguration(msgspec.Struct):
    """The configuration the plan was made from."""

    root_module: ShownModule | None = None


class ShownPlan(msgspec.Struct):
    """The whole of it."""

    format_version: str = ""
    terraform_version: str = ""
    resource_changes: list[ShownResource] | None = None
    configuration: ShownConfiguration | None = None
    errored: bool = False
    complete: bool = True


class ShownReferences(msgspec.Struct):
    """What an argument's expression refers to; its constant value is not read."""

    references: list[str] = []
