"""AWS Organizations, resource sharing, and the administrators of services in an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.resource_types.row import PermissionType, PolicyArgument, Reading, ResourceType

DELEGATED: Mapping[str, tuple[str, ...]] = {
    "sso.amazonaws.com": (
        "sso:CreateAccountAssignment",
        "sso:PutInlinePolicyToPermissionSet",
        "sso:CreatePermissionSet",
    ),
    "iam.amazonaws.com": ("sts:AssumeRoot",),
    "member.org.stacksets.cloudformation.amazonaws.com": ("cloudformation:CreateStackInstances",),
    "ssm.amazonaws.com": ("ssm:StartAutomationExecution",),
    "backup.amazonaws.com": ("backup:DeleteRecoveryPoint",),
    "account.amazonaws.com": ("account:PutAlternateContact", "account:EnableRegion"),
}
"""What the delegated administrator of a service may do in every account of the organisation, where that is much."""

_DELEGATED = PermissionType(
    ("organizations:ListAccounts", "organizations:DescribeOrganization"),
    principal="account_id",
    conditions=(("StringEquals", "organizations:ServicePrincipal", "service_principal"),),
    resource="*",
)

DELEGATED_ADMINISTRATOR = (
    *(replace(_DELEGATED, actions=does, only_if=("service_principal", by)) for by, does in DELEGATED.items()),
    _DELEGATED,
)


def administered_by(argument: str) -> tuple[PermissionType, ...]:
    """What the account in `argument` may do as the administrator of one service."""
    return (replace(_DELEGATED, principal=argument, conditions=()),)


ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        "aws_auditmanager_organization_admin_account_registration", permissions=administered_by("admin_account_id")
    ),
    ResourceType("aws_detective_organization_admin_account", permissions=administered_by("account_id")),
    ResourceType("aws_fms_admin_account", permissions=administered_by("account_id")),
    ResourceType("aws_guardduty_organization_admin_account", permissions=administered_by("admin_account_id")),
    ResourceType(
        "aws_imagebuilder_distribution_configuration",
        permissions=(
            PermissionType(
                ("ec2:RunInstances",),
                principal="distribution.ami_distribution_configuration.launch_permission.user_ids",
            ),
            PermissionType(
                ("ec2:RunInstances",),
                principal="distribution.ami_distribution_configuration.launch_permission.user_groups",
            ),
            PermissionType(
                ("ec2:RunInstances",),
                principal="distribution.ami_distribution_configuration.launch_permission.organization_arns",
            ),
            PermissionType(
                ("ec2:RunInstances",),
                principal="distribution.ami_distribution_configuration.launch_permission.organizational_unit_arns",
            ),
        ),
    ),
    ResourceType("aws_inspector2_delegated_admin_account", permissions=administered_by("account_id")),
    ResourceType("aws_macie2_organization_admin_account", permissions=administered_by("admin_account_id")),
    ResourceType("aws_oam_sink_policy", policy=PolicyArgument(stands_on="sink_identifier")),
    ResourceType("aws_organizations_account", reading=Reading.PLACE_IN_ORGANIZATION),
    ResourceType("aws_organizations_delegated_administrator", permissions=DELEGATED_ADMINISTRATOR),
    ResourceType("aws_organizations_organization", reading=Reading.POLICY_TYPES),
    ResourceType("aws_organizations_organizational_unit", reading=Reading.PLACE_IN_ORGANIZATION),
    ResourceType("aws_organizations_policy", reading=Reading.CONTROL_POLICY, longest=10_240),
    ResourceType("aws_organizations_policy_attachment", reading=Reading.CONTROL_POLICY_ATTACHMENT),
    ResourceType("aws_organizations_resource_policy", policy=PolicyArgument("content")),
    ResourceType(
        "aws_ram_principal_association",
        permissions=(
            PermissionType(
                ("ram:AcceptResourceShareInvitation",),
                stands_on="resource_share_arn",
                conditions=(("ArnEquals", "ram:ResourceShareArn", "resource_share_arn"),),
                resource="*",
            ),
        ),
    ),
    ResourceType("aws_ram_resource_association", reading=Reading.SHARED_RESOURCE, implied=True, tells_roles=True),
    ResourceType("aws_ram_resource_share", reading=Reading.NOTHING),
    ResourceType("aws_securityhub_organization_admin_account", permissions=administered_by("admin_account_id")),
    ResourceType(
        "aws_servicecatalog_portfolio_share",
        permissions=(
            PermissionType(("servicecatalog:DescribePortfolio",), principal="principal_id", stands_on="portfolio_id"),
        ),
    ),
    ResourceType(
        "aws_servicecatalog_principal_portfolio_association",
        permissions=(
            PermissionType(("servicecatalog:ProvisionProduct",), principal="principal_arn", stands_on="portfolio_id"),
        ),
    ),
    ResourceType("aws_vpc_ipam_organization_admin_account", permissions=administered_by("delegated_admin_account_id")),
)
