"""What a block that is there today would say besides, where a block that it names is kept out by a default alone.

An attachment without `count` to `join("", aws_iam_role.app.*.name)` names nothing today. Whoever switches the role on
attaches it without another word.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import ResourceInstance
from bot.evaluated.guard import compatible
from bot.evaluated.value import ObjectValue
from bot.frontends.terraform.evaluate.block import META_ARGUMENTS
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.latent_mentions import Guards, latent_guards
from bot.frontends.terraform.modules.module import Declared, ResourceKey

MAX_WAYS = 8
"""Of more defaults that a block hangs on the first ones are switched on one by one, then all together."""


def twins(instance: ModuleInstance, key: ResourceKey) -> Iterator[ResourceInstance]:
    """The instances that a block has today as they would be without each of the defaults that keep out what it names.

    Only blocks that join others (an attachment, a membership): what a document says besides is its own block's matter.
    """
    declared = instance.module.resources[key]
    if key[1] not in instance.run.provider.joining:
        return
    today = {one.address: one.attributes for one in instance.resource_instances(key)}
    seen: set[tuple[str, ObjectValue]] = set()
    for guards in _ways(declared, instance) if today else ():
        for one in _where(guards, key, declared, instance):
            if one.attributes != today.get(one.address) and (one.address, one.attributes) not in seen:
                seen.add((one.address, one.attributes))
                yield one


def _ways(declared: Declared, instance: ModuleInstance) -> Iterator[Guards]:
    """Each of the defaults by itself, then all together."""
    nodes = (each.argument.value for name, each in declared.arguments.items() if name not in META_ARGUMENTS)
    found = tuple(dict.fromkeys(guards for node in nodes for guards in latent_guards(node, instance)))
    yield from found[:MAX_WAYS]
    together = tuple(dict.fromkeys(guard for guards in found for guard in guards))
    if len(found) > 1 and compatible(together):
        yield together


def _where(
    guards: Guards, key: ResourceKey, declared: Declared, instance: ModuleInstance
) -> tuple[ResourceInstance, ...]:
    """The instances where these guards hold; none if they cannot be evaluated then."""
    instance.run.begin(f"{instance.prefix}{key[1]}.{key[2]}")
    try:
        return tuple(
            instance.instance_of(key, declared, dataclasses.replace(one, guards=(*guards, *one.guards)))[1]
            for one in instance.expansion(declared, key)
        )
    except FunctionFault:
        return ()
