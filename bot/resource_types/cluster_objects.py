"""What a cluster itself says of its users: types of the providers for Kubernetes, which no schema here tells of."""

from __future__ import annotations

from bot.resource_types.row import Reading, ResourceType


def _row(name: str, reading: Reading) -> ResourceType:
    return ResourceType(name, reading=reading, implied=True, tells_roles=True)


ROWS: tuple[ResourceType, ...] = (
    _row("kubectl_manifest", Reading.CLUSTER_OBJECT),
    _row("kubernetes_cluster_role_binding", Reading.CLUSTER_BINDING),
    _row("kubernetes_cluster_role_binding_v1", Reading.CLUSTER_BINDING),
    _row("kubernetes_config_map", Reading.CLUSTER_USERS),
    _row("kubernetes_config_map_v1", Reading.CLUSTER_USERS),
    _row("kubernetes_config_map_v1_data", Reading.CLUSTER_USERS),
    _row("kubernetes_default_service_account", Reading.SERVICE_ACCOUNT),
    _row("kubernetes_default_service_account_v1", Reading.SERVICE_ACCOUNT),
    _row("kubernetes_manifest", Reading.CLUSTER_OBJECT),
    _row("kubernetes_role_binding", Reading.CLUSTER_BINDING),
    _row("kubernetes_role_binding_v1", Reading.CLUSTER_BINDING),
    _row("kubernetes_service_account", Reading.SERVICE_ACCOUNT),
    _row("kubernetes_service_account_v1", Reading.SERVICE_ACCOUNT),
)
