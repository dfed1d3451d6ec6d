"""Resource types that grant access by arguments instead of a policy document, as a table of equivalent statements."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, blocks, field, header, in_force, items, string
from bot.extract.choices import spelled_out
from bot.extract.facts import Fact, ImpliedStatement
from bot.extract.identity import each
from bot.extract.permission_conditions import BLOCKS, organisation
from bot.extract.reference import ResourceIndex
from bot.extract.resource_policies import standing_on
from bot.iam.grant import PolicySubject
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement

_SERVICE = re.compile(r"^[a-z0-9.${}_-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws)$")
_LIST = re.compile(r"\A\d{12}(\s*,\s*\d{12})+\Z")


@dataclass(frozen=True, slots=True)
class PermissionType:
    """How one resource type reads as a statement.

    `principal` names the argument (or list) with who is let in; `stands_on` the one naming the resource.
    Actions are `actions`, or those in the argument `action_from` with `prefix` before them.
    `conditions` are (operator, condition key, argument), `block` is a nested block with further ones. An argument of a
    nested block is written `block.argument`. A principal may also be the ARN of an organisation or unit.
    `only_if` is an (argument, value) that must hold, `only_with` an argument without which nothing is granted.
    `resource` is written instead of the resource itself, for actions that have no such resource.
    """

    actions: tuple[str, ...] = ()
    principal: str = "principal"
    stands_on: str = ""
    action_from: str = ""
    prefix: str = ""
    conditions: tuple[tuple[str, str, str], ...] = ()
    only_if: tuple[str, str] | None = None
    only_with: str = ""
    resource: str = ""
    block: str = ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments that the statement depends on."""
        names = (self.principal, self.stands_on, self.action_from, *(self.only_if or ())[:1], self.block)
        return tuple(name.partition(".")[0] for name in (*names, *(name for _, _, name in self.conditions)))


SOURCE = (
    ("ArnLike", "aws:SourceArn", "source_arn"),
    ("StringEquals", "aws:SourceAccount", "source_account"),
    ("StringEquals", "aws:PrincipalOrgID", "principal_org_id"),
)

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

PERMISSIONS: Mapping[str, tuple[PermissionType, ...]] = {
    "aws_lambda_permission": (
        PermissionType(
            ("lambda:InvokeFunction",),
            stands_on="function_name",
            action_from="action",
            conditions=(
                *SOURCE,
                ("StringEquals", "lambda:EventSourceToken", "event_source_token"),
                ("StringEquals", "lambda:FunctionUrlAuthType", "function_url_auth_type"),
            ),
        ),
    ),
    "aws_lambda_layer_version_permission": (
        PermissionType(
            ("lambda:GetLayerVersion",),
            stands_on="layer_name",
            action_from="action",
            conditions=(("StringEquals", "aws:PrincipalOrgID", "organization_id"),),
        ),
    ),
    "aws_lambda_function_url": (
        PermissionType(
            ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"),
            principal="",
            stands_on="function_name",
            only_if=("authorization_type", "NONE"),
        ),
    ),
    "aws_cloudwatch_event_permission": (
        PermissionType(("events:PutEvents",), stands_on="event_bus_name", action_from="action", block="condition"),
    ),
    "aws_acmpca_permission": (
        PermissionType(
            stands_on="certificate_authority_arn",
            action_from="actions",
            prefix="acm-pca:",
            conditions=(("StringEquals", "aws:SourceAccount", "source_account"),),
        ),
    ),
    "aws_signer_signing_profile_permission": (PermissionType(stands_on="profile_name", action_from="action"),),
    "aws_kms_grant": (
        PermissionType(
            principal="grantee_principal",
            stands_on="key_id",
            action_from="operations",
            prefix="kms:",
            block="constraints",
        ),
    ),
    "aws_ram_principal_association": (
        PermissionType(
            ("ram:AcceptResourceShareInvitation",),
            stands_on="resource_share_arn",
            conditions=(("ArnEquals", "ram:ResourceShareArn", "resource_share_arn"),),
            resource="*",
        ),
    ),
    "aws_eks_access_entry": (
        PermissionType(
            ("eks:AccessKubernetesApi",),
            principal="principal_arn",
            stands_on="cluster_name",
            conditions=(("ForAnyValue:StringEquals", "eks:kubernetesGroups", "kubernetes_groups"),),
            only_with="kubernetes_groups",  # an entry alone lets nobody do anything
        ),
    ),
    "aws_eks_access_policy_association": (
        PermissionType(
            ("eks:AccessKubernetesApi",),
            principal="principal_arn",
            stands_on="cluster_name",
            conditions=(
                ("ArnEquals", "eks:policyArn", "policy_arn"),
                ("StringLike", "eks:namespaces", "access_scope.namespaces"),
            ),
        ),
    ),
    "aws_vpc_endpoint_service": (PermissionType(("ec2:CreateVpcEndpoint",), principal="allowed_principals"),),
    "aws_vpc_endpoint_service_allowed_principal": (
        PermissionType(("ec2:CreateVpcEndpoint",), principal="principal_arn", stands_on="vpc_endpoint_service_id"),
    ),
    "aws_ami_launch_permission": (
        PermissionType(("ec2:RunInstances",), principal="account_id", stands_on="image_id"),
        PermissionType(("ec2:RunInstances",), principal="", stands_on="image_id", only_if=("group", "all")),
        PermissionType(("ec2:RunInstances",), principal="organization_arn", stands_on="image_id"),
        PermissionType(("ec2:RunInstances",), principal="organizational_unit_arn", stands_on="image_id"),
    ),
    "aws_imagebuilder_distribution_configuration": tuple(
        PermissionType(
            ("ec2:RunInstances",), principal=f"distribution.ami_distribution_configuration.launch_permission.{name}"
        )
        for name in ("user_ids", "user_groups", "organization_arns", "organizational_unit_arns")
    ),
    "aws_snapshot_create_volume_permission": (
        PermissionType(("ec2:CreateVolume",), principal="account_id", stands_on="snapshot_id"),
    ),
    "aws_db_snapshot": (PermissionType(("rds:RestoreDBInstanceFromDBSnapshot",), principal="shared_accounts"),),
    "aws_db_snapshot_copy": (PermissionType(("rds:RestoreDBInstanceFromDBSnapshot",), principal="shared_accounts"),),
    "aws_db_cluster_snapshot": (PermissionType(("rds:RestoreDBClusterFromSnapshot",), principal="shared_accounts"),),
    "aws_neptune_cluster_snapshot": (
        PermissionType(("rds:RestoreDBClusterFromSnapshot",), principal="shared_accounts"),
    ),
    "aws_rds_cluster_snapshot_copy": (
        PermissionType(("rds:RestoreDBClusterFromSnapshot",), principal="shared_accounts"),
    ),
    "aws_redshift_data_share_authorization": (
        PermissionType(
            ("redshift:AssociateDataShareConsumer",), principal="consumer_identifier", stands_on="data_share_arn"
        ),
    ),
    "aws_redshift_endpoint_authorization": (
        PermissionType(("redshift:CreateEndpointAccess",), principal="account", stands_on="cluster_identifier"),
    ),
    "aws_ssm_document": (
        PermissionType(("ssm:GetDocument", "ssm:DescribeDocument"), principal="permissions.account_ids"),
    ),
    "aws_servicecatalog_principal_portfolio_association": (
        PermissionType(("servicecatalog:ProvisionProduct",), principal="principal_arn", stands_on="portfolio_id"),
    ),
    "aws_servicecatalog_portfolio_share": (
        PermissionType(("servicecatalog:DescribePortfolio",), principal="principal_id", stands_on="portfolio_id"),
    ),
    "aws_ssoadmin_application_assignment": (
        PermissionType(
            ("sso-oauth:CreateTokenWithIAM",), principal="principal_id", stands_on="application_arn", resource="*"
        ),
    ),
    "aws_organizations_delegated_administrator": (
        *(
            dataclasses.replace(_DELEGATED, actions=does, only_if=("service_principal", by))
            for by, does in DELEGATED.items()
        ),
        _DELEGATED,
    ),
    **{
        name: (dataclasses.replace(_DELEGATED, principal=argument, conditions=()),)
        for name, argument in (
            ("aws_auditmanager_organization_admin_account_registration", "admin_account_id"),
            ("aws_detective_organization_admin_account", "account_id"),
            ("aws_fms_admin_account", "account_id"),
            ("aws_guardduty_organization_admin_account", "admin_account_id"),
            ("aws_inspector2_delegated_admin_account", "account_id"),
            ("aws_macie2_organization_admin_account", "admin_account_id"),
            ("aws_securityhub_organization_admin_account", "admin_account_id"),
            ("aws_vpc_ipam_organization_admin_account", "delegated_admin_account_id"),
        )
    },
}


def permission(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The statements equivalent to a block of one of the types in `PERMISSIONS`."""
    for row in PERMISSIONS[instance.type]:
        for one in spelled_out(instance, row.arguments):
            yield from _given(one, index, row)


def _given(instance: ResourceInstance, index: ResourceIndex, row: PermissionType) -> Iterator[ImpliedStatement]:
    if row.only_with and not items(argument(instance, row.only_with)):
        return
    if row.only_if is not None:
        needed = string(argument(instance, row.only_if[0]))
        if needed is None or needed.literal != row.only_if[1]:
            return
    actions = _actions(instance, row)
    if not actions:
        return
    for principals, further in _principals(instance, row):
        for _, holder, through in standing_on(instance, index, row.stands_on):
            statement = Statement(
                effect=Effect.ALLOW,
                actions=tuple(one if one.trail else Text(one.parts, principals.trail) for one in actions),
                resources=(text(row.resource) if row.resource else resource_text(holder, through),),
                principals=principals,
                conditions=(*_conditions(instance, row), *further),
                trail=join_trails(instance.existence, (header(instance),)),
            )
            yield given(instance, holder, statement, through)


def given(
    instance: ResourceInstance, holder: PolicySubject, statement: Statement, *through: Value | None
) -> ImpliedStatement:
    """The fact that `instance` puts a resource statement in force on `holder`."""
    return ImpliedStatement(
        holder=holder,
        kind=PolicyKind.RESOURCE,
        statement=statement,
        policy=instance.address,
        attachment=in_force(instance, *through),
        guards=instance.guards,
        repeated=instance.repeated,
    )


def resource_text(holder: PolicySubject, through: Value | None) -> Text:
    """The resource a statement is about: an ARN if one is written, else a symbol for the holder's.

    It has no trail: that the block names its resource is no reason for what it lets in.
    """
    written = string(through)
    if written is not None and str(written).startswith("arn:"):
        return Text(written.parts)
    return Text((Symbol(f"{holder.address}.arn"),))


def principal_entry(written: Text) -> PrincipalEntry:
    """An account, ARN, service, `*` or `all` (accounts) as an entry of a Principal element."""
    if (written.literal or "").lower() in ("*", "all"):
        return PrincipalEntry("*", text("*", written.trail))
    return PrincipalEntry("Service" if _SERVICE.match(str(written)) else "AWS", written)


ANYONE = Principals((PrincipalEntry("*", text("*")),))


def _principals(instance: ResourceInstance, row: PermissionType) -> Iterator[tuple[Principals, tuple[Condition, ...]]]:
    """Those let in, together as far as nothing but who they are is asked of them."""
    if not row.principal:
        trail = in_force(instance, argument(instance, row.only_if[0]) if row.only_if else None)
        yield dataclasses.replace(ANYONE, trail=trail), ()
        return
    values = [item for value in _written(instance, row.principal) for _, item in each(value)]
    written = [one for value in values if (found := string(value)) is not None for one in _accounts(found)]
    plain = [one for one in written if organisation(one) is None]
    if plain:
        yield Principals(tuple(map(principal_entry, plain)), trail=join_trails(*(one.trail for one in plain))), ()
    for entry, member in filter(None, map(organisation, written)):
        yield Principals((entry,), trail=entry.identifier.trail), (member,)


def _accounts(written: Text) -> tuple[Text, ...]:
    """Several account ids in one string, which some arguments are, apart."""
    if not _LIST.match(written.literal or ""):
        return (written,)
    return tuple(text(one.strip(), written.trail) for one in (written.literal or "").split(","))


def _actions(instance: ResourceInstance, row: PermissionType) -> tuple[Text, ...]:
    values = [item for _, item in each(argument(instance, row.action_from))] if row.action_from else []
    written = tuple(one for value in values if (one := string(value)) is not None)
    if not written:
        return tuple(text(action) for action in row.actions)
    if not row.prefix:
        return written
    return tuple(text(row.prefix + str(one), one.trail) for one in written)


def _conditions(instance: ResourceInstance, row: PermissionType) -> tuple[Condition, ...]:
    conditions = []
    for operator, key, name in row.conditions:
        written = (one for value in _written(instance, name) for _, one in each(value))
        values = tuple(one for item in written if (one := string(item)) is not None)
        if values:
            conditions.append(Condition(operator, key, values, join_trails(*(one.trail for one in values))))
    return (*conditions, *(BLOCKS[row.block](instance, row.block) if row.block else ()))


def _written(instance: ResourceInstance, name: str) -> list[Value | None]:
    first, *inner = name.split(".")
    found: list[Value | None] = [argument(instance, first)]
    for part in inner:
        found = [field(block, part) for value in found for block in blocks(value)]
    return found
