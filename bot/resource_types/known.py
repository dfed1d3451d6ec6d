"""Every resource type that any room knows something of."""

from __future__ import annotations

from collections.abc import Mapping

from bot.resource_types import compute, data, identity, operations, organization, storage
from bot.resource_types.row import ResourceType

RESOURCE_TYPES: Mapping[str, ResourceType] = {
    row.name: row for family in (identity, organization, storage, data, compute, operations) for row in family.ROWS
}
"""By name. The rooms' own tables are what they need of it."""
