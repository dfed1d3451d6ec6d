"""Every resource type that any room knows something of."""

from __future__ import annotations

from collections.abc import Mapping

from bot.resource_types import cluster_objects, compute, data, organization, principals, services, stores
from bot.resource_types.row import ResourceType

RESOURCE_TYPES: Mapping[str, ResourceType] = {
    row.name: row
    for family in (principals, organization, stores, data, compute, services, cluster_objects)
    for row in family.ROWS
}
"""By name. The rooms' own tables are what they need of it."""
