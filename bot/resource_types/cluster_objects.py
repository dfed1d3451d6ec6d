"""What a cluster itself says of its users: types of the Kubernetes provider, which no schema here tells of."""

from __future__ import annotations

from bot.resource_types.row import Reading, ResourceType

ROWS: tuple[ResourceType, ...] = (
    ResourceType("kubernetes_config_map", reading=Reading.CLUSTER_USERS, implied=True, tells_roles=True),
    ResourceType("kubernetes_config_map_v1", reading=Reading.CLUSTER_USERS, implied=True, tells_roles=True),
    ResourceType("kubernetes_config_map_v1_data", reading=Reading.CLUSTER_USERS, implied=True, tells_roles=True),
)
