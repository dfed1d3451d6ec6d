"""IAM, IAM Identity Center, Cognito and what else makes principals or gives them sessions."""

from __future__ import annotations

from bot.iam.policy_subject import Group, PermissionSet, Role, User
from bot.resource_types.row import ArnShape, PermissionType, Reading, ResourceType

ROWS: tuple[ResourceType, ...] = (
    ResourceType("aws_chatbot_slack_channel_configuration", reading=Reading.SESSIONS),
    ResourceType("aws_chatbot_teams_channel_configuration", reading=Reading.SESSIONS),
    ResourceType("aws_cognito_identity_pool_roles_attachment", reading=Reading.IDENTITY_POOL_ROLES, tells_roles=True),
    ResourceType("aws_cognito_user_group", reading=Reading.USER_GROUP_ROLE, tells_roles=True),
    ResourceType("aws_emr_studio_session_mapping", reading=Reading.SESSION_POLICY, tells_roles=True),
    ResourceType("aws_iam_access_key", reading=Reading.CREDENTIAL, credential="access-key"),
    ResourceType(
        "aws_iam_group",
        reading=Reading.NOTHING,
        arn=ArnShape("iam::{account}:group{path}{name}", ("name",), (("id", "{name}"),)),
        principal=Group,
    ),
    ResourceType("aws_iam_group_membership", reading=Reading.GROUP_MEMBERSHIP),
    ResourceType("aws_iam_group_policies_exclusive", reading=Reading.EXCLUSIVE_POLICIES),
    ResourceType("aws_iam_group_policy", reading=Reading.INLINE_POLICY),
    ResourceType("aws_iam_group_policy_attachment", reading=Reading.ATTACHMENT),
    ResourceType("aws_iam_group_policy_attachments_exclusive", reading=Reading.EXCLUSIVE_ATTACHMENTS),
    ResourceType(
        "aws_iam_instance_profile",
        reading=Reading.INSTANCE_PROFILE,
        arn=ArnShape("iam::{account}:instance-profile{path}{name}", ("name",), (("id", "{name}"),)),
    ),
    ResourceType("aws_iam_openid_connect_provider", reading=Reading.IDENTITY_PROVIDER),
    ResourceType(
        "aws_iam_policy",
        reading=Reading.CUSTOMER_POLICY,
        arn=ArnShape(
            "iam::{account}:policy{path}{name}",
            ("name",),
            (("id", "arn:{partition}:iam::{account}:policy{path}{name}"),),
        ),
    ),
    ResourceType("aws_iam_policy_attachment", reading=Reading.MANY_ATTACHMENTS),
    ResourceType(
        "aws_iam_role",
        reading=Reading.ROLE,
        arn=ArnShape("iam::{account}:role{path}{name}", ("name",), (("id", "{name}"),)),
        principal=Role,
    ),
    ResourceType("aws_iam_role_policies_exclusive", reading=Reading.EXCLUSIVE_POLICIES),
    ResourceType("aws_iam_role_policy", reading=Reading.INLINE_POLICY),
    ResourceType("aws_iam_role_policy_attachment", reading=Reading.ATTACHMENT),
    ResourceType("aws_iam_role_policy_attachments_exclusive", reading=Reading.EXCLUSIVE_ATTACHMENTS),
    ResourceType(
        "aws_iam_saml_provider",
        reading=Reading.IDENTITY_PROVIDER,
        arn=ArnShape("iam::{account}:saml-provider/{name}", ("name",)),
    ),
    ResourceType("aws_iam_service_linked_role", reading=Reading.NOTHING, principal=Role),
    ResourceType("aws_iam_service_specific_credential", reading=Reading.CREDENTIAL, credential="service-password"),
    ResourceType("aws_iam_signing_certificate", reading=Reading.CREDENTIAL, credential="signing-certificate"),
    ResourceType(
        "aws_iam_user",
        reading=Reading.USER,
        arn=ArnShape("iam::{account}:user{path}{name}", ("name",), (("id", "{name}"),)),
        principal=User,
    ),
    ResourceType("aws_iam_user_group_membership", reading=Reading.USER_GROUP_MEMBERSHIP),
    ResourceType("aws_iam_user_login_profile", reading=Reading.CREDENTIAL, credential="console-password"),
    ResourceType("aws_iam_user_policies_exclusive", reading=Reading.EXCLUSIVE_POLICIES),
    ResourceType("aws_iam_user_policy", reading=Reading.INLINE_POLICY),
    ResourceType("aws_iam_user_policy_attachment", reading=Reading.ATTACHMENT),
    ResourceType("aws_iam_user_policy_attachments_exclusive", reading=Reading.EXCLUSIVE_ATTACHMENTS),
    ResourceType("aws_iam_user_ssh_key", reading=Reading.CREDENTIAL, credential="ssh-key"),
    ResourceType("aws_identitystore_group_membership", reading=Reading.DIRECTORY_MEMBERSHIP),
    ResourceType("aws_iot_policy", reading=Reading.THING_POLICY),
    ResourceType("aws_iot_policy_attachment", reading=Reading.THING_POLICY_ATTACHMENT),
    ResourceType("aws_quicksight_iam_policy_assignment", reading=Reading.SESSION_POLICY, tells_roles=True),
    ResourceType("aws_rolesanywhere_profile", reading=Reading.SESSIONS),
    ResourceType("aws_rolesanywhere_trust_anchor", reading=Reading.CERTIFICATES),
    ResourceType("aws_ssoadmin_account_assignment", reading=Reading.PERMISSION_SET_ASSIGNMENT),
    ResourceType(
        "aws_ssoadmin_application_assignment",
        permissions=(
            PermissionType(
                ("sso-oauth:CreateTokenWithIAM",), principal="principal_id", stands_on="application_arn", resource="*"
            ),
        ),
    ),
    ResourceType("aws_ssoadmin_customer_managed_policy_attachment", reading=Reading.PERMISSION_SET_CUSTOMER_POLICY),
    ResourceType("aws_ssoadmin_managed_policy_attachment", reading=Reading.PERMISSION_SET_MANAGED_POLICY),
    ResourceType("aws_ssoadmin_permission_set", reading=Reading.NOTHING, principal=PermissionSet),
    ResourceType("aws_ssoadmin_permission_set_inline_policy", reading=Reading.PERMISSION_SET_INLINE_POLICY),
    ResourceType("aws_ssoadmin_permissions_boundary_attachment", reading=Reading.PERMISSION_SET_BOUNDARY),
    ResourceType("aws_transfer_access", reading=Reading.SESSIONS),
    ResourceType("aws_transfer_user", reading=Reading.SESSIONS),
)
