"""Which resource types carry access, and what reads each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.extract import (
    cluster_bindings,
    cluster_users,
    copies,
    exclusive,
    identities,
    lakeformation,
    lattice,
    organizations,
    permissions,
    resource_policies,
    runners,
    s3,
    service_accounts,
    sessions,
    sharing,
    sso,
)
from bot.extract.facts import Fact
from bot.extract.reference import ResourceIndex
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading, ResourceType

Family = Callable[[ResourceInstance, ResourceIndex], Iterator[Fact]]

READERS: Mapping[Reading, Family] = {
    Reading.ACCESS_GRANT: s3.access_grant,
    Reading.ACL: s3.acl,
    Reading.ATTACHMENT: identities.attachment,
    Reading.BUCKET: s3.bucket,
    Reading.CERTIFICATES: sessions.certificates,
    Reading.CLUSTER_BINDING: cluster_bindings.binding,
    Reading.CLUSTER_OBJECT: cluster_bindings.cluster_object,
    Reading.CLUSTER_USERS: cluster_users.aws_auth,
    Reading.CONTROL_POLICY: organizations.control_policy,
    Reading.CONTROL_POLICY_ATTACHMENT: organizations.attachment,
    Reading.COPIED_IMAGES: copies.images,
    Reading.COPIED_OBJECTS: copies.objects,
    Reading.CREDENTIAL: identities.credential,
    Reading.CUSTOMER_POLICY: identities.attachable_policy,
    Reading.DIRECTORY_MEMBERSHIP: sso.group_membership,
    Reading.ENTERED_TASKS: runners.entered_tasks,
    Reading.EXCLUSIVE_ATTACHMENTS: identities.exclusive_attachments,
    Reading.EXCLUSIVE_POLICIES: exclusive.exclusive_policies,
    Reading.GROUP_MEMBERSHIP: identities.group_membership,
    Reading.IDENTITY_PROVIDER: sessions.identity_provider,
    Reading.IDENTITY_POOL_ROLES: runners.identity_pool_roles,
    Reading.INLINE_POLICY: identities.inline_policy,
    Reading.INSTANCE_PROFILE: identities.instance_profile,
    Reading.LAKE_PERMISSIONS: lakeformation.lake_permissions,
    Reading.LAKE_SETTINGS: lakeformation.lake_settings,
    Reading.MANY_ATTACHMENTS: identities.many_attachments,
    Reading.MULTI_REGION_ACCESS_POINT: resource_policies.multi_region_access_point,
    Reading.NOTHING: identities.nothing,
    Reading.PERMISSION_SET_ASSIGNMENT: sso.assignment,
    Reading.PERMISSION_SET_BOUNDARY: sso.boundary,
    Reading.PERMISSION_SET_CUSTOMER_POLICY: sso.customer_attachment,
    Reading.PERMISSION_SET_INLINE_POLICY: sso.inline_policy,
    Reading.PERMISSION_SET_MANAGED_POLICY: sso.managed_attachment,
    Reading.PLACE_IN_ORGANIZATION: organizations.placed,
    Reading.POD_IDENTITY: runners.pod_identity,
    Reading.POLICY_TYPES: organizations.policy_types,
    Reading.PUBLIC_ACCESS_BLOCK: s3.public_access_block,
    Reading.ROLE: identities.role,
    Reading.SERVICE_ACCOUNT: service_accounts.annotated,
    Reading.SERVICE_AUTHENTICATION: lattice.unauthenticated,
    Reading.SESSIONS: sessions.sessions,
    Reading.SESSION_POLICY: identities.session_policy,
    Reading.SHARED_RESOURCE: sharing.shared_resource,
    Reading.THING_POLICY: identities.attachable_policy,
    Reading.THING_POLICY_ATTACHMENT: sessions.thing_policy_attachment,
    Reading.USER: identities.user,
    Reading.USER_GROUP_MEMBERSHIP: identities.user_group_membership,
    Reading.USER_GROUP_ROLE: runners.user_group_role,
}
"""What reads the blocks of types whose rows say more than an argument with a policy, or permissions."""


def _reader(row: ResourceType) -> Family | None:
    if row.reading is not None:
        return READERS[row.reading]
    if row.permissions:
        return permissions.permission
    return None if row.policy is None else resource_policies.resource_policy


FAMILIES: Mapping[str, Family] = {
    name: reader for name, row in RESOURCE_TYPES.items() if (reader := _reader(row)) is not None
}
"""By resource type, those that carry access."""

WITHOUT_DOCUMENT = frozenset(name for name, row in RESOURCE_TYPES.items() if row.permissions or row.implied)
"""Types whose statements nobody wrote: they follow from arguments."""

TELL_ROLES = frozenset(name for name, row in RESOURCE_TYPES.items() if row.tells_roles)
"""Types whose readers say themselves which roles are used."""
