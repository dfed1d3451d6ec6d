"""Which resource types carry access, and what reads each: the one place that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.extract import (
    identity,
    lakeformation,
    organizations,
    permissions,
    resource_policies,
    runners,
    s3,
    sessions,
    sharing,
    sso,
)
from bot.extract.facts import Fact
from bot.extract.reference import ResourceIndex

Family = Callable[[ResourceInstance, ResourceIndex], Iterator[Fact]]

IDENTITY: Mapping[str, Family] = {
    "aws_iam_policy": identity.customer_policy,
    "aws_iam_role": identity.role,
    "aws_iam_user": identity.user,
    "aws_iam_role_policy": identity.inline_policy,
    "aws_iam_user_policy": identity.inline_policy,
    "aws_iam_group_policy": identity.inline_policy,
    "aws_iam_role_policy_attachment": identity.attachment,
    "aws_iam_user_policy_attachment": identity.attachment,
    "aws_iam_group_policy_attachment": identity.attachment,
    "aws_iam_policy_attachment": identity.many_attachments,
    "aws_iam_role_policy_attachments_exclusive": identity.exclusive_attachments,
    "aws_iam_user_policy_attachments_exclusive": identity.exclusive_attachments,
    "aws_iam_group_policy_attachments_exclusive": identity.exclusive_attachments,
    "aws_iam_group_membership": identity.group_membership,
    "aws_iam_user_group_membership": identity.user_group_membership,
    "aws_iam_instance_profile": identity.instance_profile,
    **dict.fromkeys(identity.CREDENTIALS, identity.credential),
}

S3: Mapping[str, Family] = {
    "aws_s3_bucket": s3.bucket,
    "aws_s3_bucket_acl": s3.acl,
    "aws_s3_bucket_object": s3.acl,
    "aws_s3_object": s3.acl,
    "aws_s3_object_copy": s3.acl,
    "aws_s3_bucket_public_access_block": s3.public_access_block,
    "aws_s3_account_public_access_block": s3.public_access_block,
    "aws_s3control_access_grant": s3.access_grant,
    "aws_s3control_multi_region_access_point_policy": resource_policies.multi_region_access_point,
}

SSO: Mapping[str, Family] = {
    "aws_ssoadmin_permission_set_inline_policy": sso.inline_policy,
    "aws_ssoadmin_managed_policy_attachment": sso.managed_attachment,
    "aws_ssoadmin_customer_managed_policy_attachment": sso.customer_attachment,
    "aws_ssoadmin_permissions_boundary_attachment": sso.boundary,
    "aws_ssoadmin_account_assignment": sso.assignment,
    "aws_identitystore_group_membership": sso.group_membership,
}

ORGANIZATION: Mapping[str, Family] = {
    "aws_organizations_policy": organizations.control_policy,
    "aws_organizations_policy_attachment": organizations.attachment,
}

OTHER: Mapping[str, Family] = {
    "aws_lakeformation_data_lake_settings": lakeformation.lake_settings,
    "aws_lakeformation_permissions": lakeformation.lake_permissions,
    "aws_eks_pod_identity_association": runners.pod_identity,
    "aws_cognito_identity_pool_roles_attachment": runners.identity_pool_roles,
    "aws_cognito_user_group": runners.user_group_role,
    "aws_quicksight_iam_policy_assignment": identity.session_policy,
    "aws_ram_resource_association": sharing.shared_resource,
    "aws_emr_studio_session_mapping": identity.session_policy,
}

SESSIONS: Mapping[str, Family] = {
    "aws_chatbot_slack_channel_configuration": sessions.sessions,
    "aws_chatbot_teams_channel_configuration": sessions.sessions,
    "aws_iot_policy": sessions.thing_policy,
    "aws_iot_policy_attachment": sessions.thing_policy_attachment,
    "aws_rolesanywhere_profile": sessions.sessions,
    "aws_rolesanywhere_trust_anchor": sessions.certificates,
    "aws_transfer_access": sessions.sessions,
    "aws_transfer_user": sessions.sessions,
}

NOTHING_ALONE: Mapping[str, Family] = dict.fromkeys(
    (
        "aws_iam_openid_connect_provider",
        "aws_iam_saml_provider",
        "aws_iam_service_linked_role",
        "aws_iam_group",
        "aws_iam_role_policies_exclusive",
        "aws_iam_user_policies_exclusive",
        "aws_iam_group_policies_exclusive",
        "aws_ram_resource_share",
        "aws_ssoadmin_permission_set",
    ),
    identity.nothing,
)
"""Types of the trade that give nobody anything by themselves: others name them, or they only take away."""

FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys(resource_policies.ROWS, resource_policies.resource_policy),
    **dict.fromkeys(permissions.PERMISSIONS, permissions.permission),
    **IDENTITY,
    **S3,
    **SSO,
    **ORGANIZATION,
    **OTHER,
    **SESSIONS,
    **NOTHING_ALONE,
}
"""By resource type; a type of an earlier table may be taken over by a later one."""

WITHOUT_DOCUMENT = frozenset(
    (
        *permissions.PERMISSIONS,
        "aws_lakeformation_data_lake_settings",
        "aws_lakeformation_permissions",
        "aws_ram_resource_association",
        "aws_s3control_access_grant",
    )
)
"""Types whose statements nobody wrote: they follow from arguments."""
