"""Which attributes of a resource the extraction reads: nothing else of a plan is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from bot.extract.manifests import MANIFESTS
from bot.extract.permissions import PERMISSIONS
from bot.extract.readers import FAMILIES
from bot.extract.reference import NAMING
from bot.extract.resource_policies import ROWS
from bot.extract.runners import PROFILE_BLOCKS, ROLE_ARGUMENTS, USES, runs_with
from bot.iam.arn import is_arn

# fmt: off
NAMES = frozenset((
    *NAMING, *ROLE_ARGUMENTS, *PROFILE_BLOCKS,
    "access_grants_location_configuration", "access_grants_location_id", "acl", "admins",
    "allow_unauthenticated_identities", "block_public_acls", "bucket", "content", "configuration_name",
    "create_database_default_permissions", "create_table_default_permissions",
    "customer_managed_policy_reference", "data_cells_filter", "data_location", "database", "details", "enabled",
    "external_id", "grant", "grantee", "group", "group_id", "group_name", "groups", "identity_pool_id",
    "ignore_public_acls", "key", "lf_tag", "member_id", "namespace", "path", "permission", "permissions",
    "permissions_boundary", "permissions_with_grant_option", "policy", "policy_id", "policy_json", "principal",
    "principal_id", "principal_type", "read_only_admins", "restrict_public_buckets", "role_name",
    "service_account", "status", "table", "table_with_columns", "target", "target_id", "type", "user",
    "user_name", "username", "users",
))
# fmt: on
"""Attributes by whose name access is told, whatever the type."""

_OBJECT = frozenset(("metadata", "role_ref", "subject"))
_RULES = frozenset(("metadata", "rule", "aggregation_rule"))
_STACK = frozenset(("parameters", "template_body", "template_url"))
_EXCLUSIVE = frozenset(("policy_names",))
_UNIT = frozenset(("parent_id",))

OF_TYPES: Mapping[str, frozenset[str]] = {
    "aws_cloudformation_stack": _STACK,
    "aws_cloudformation_stack_set": _STACK,
    "aws_cloudformation_stack_set_instance": frozenset(("stack_set_name",)),
    "aws_cognito_identity_pool_roles_attachment": frozenset(("role_mapping",)),
    "aws_cognito_user_group": frozenset(("user_pool_id",)),
    "aws_ecr_replication_configuration": frozenset(("replication_configuration",)),
    "aws_ecs_service": frozenset(("enable_execute_command",)),
    "aws_eks_pod_identity_association": frozenset(("cluster_name",)),
    "aws_organizations_account": _UNIT,
    "aws_organizations_organization": frozenset(("enabled_policy_types",)),
    "aws_organizations_organizational_unit": _UNIT,
    "aws_s3_bucket_replication_configuration": frozenset(("rule",)),
    **{f"aws_iam_{one}_policies_exclusive": _EXCLUSIVE for one in ("group", "role", "user")},
    **{kind: frozenset((argument,)) for kind, argument in MANIFESTS.items()},
    **{kind: _OBJECT for kind in FAMILIES if kind.startswith("kubernetes_") and kind not in MANIFESTS},
    **{f"kubernetes_{one}role{suffix}": _RULES for one in ("", "cluster_") for suffix in ("", "_v1")},
    **{kind: frozenset(("metadata", "data")) for kind in FAMILIES if kind.startswith("kubernetes_config_map")},
}
"""Attributes that are read of some types alone: elsewhere such a name bears on no access, or holds secrets."""

UNSAID = frozenset(("aws_iam_access_key", "aws_iam_user_login_profile"))
"""Credentials: that they are there, whose they are and whether they are active is all that is read."""

OF_CREDENTIALS = frozenset(("user", "status"))

OF_DOCUMENTS = frozenset(
    ("statement", "source_policy_documents", "override_policy_documents", "version", "policy_id", "json")
)
"""Of the data source whose value is a policy."""

_SUFFIXES = ("_arn", "_arns", "_policy", "_policy_json")


def read_of(kind: str, attribute: str) -> bool:
    """Whether an attribute of a resource type bears on access, or is an ARN."""
    if attribute in OF_TYPES.get(kind, ()):
        return True
    if not kind.startswith("aws_"):
        return False
    if kind == "aws_iam_policy_document":
        return attribute in OF_DOCUMENTS
    if kind in UNSAID:
        return attribute in OF_CREDENTIALS
    if attribute in _own(kind):
        return True
    return attribute in NAMES or attribute.endswith(_SUFFIXES)


def _own(kind: str) -> frozenset[str]:
    """The attributes that the tables name for the type."""
    row = ROWS.get(kind)
    of_row = () if row is None else (row.policy, row.stands_on)
    of_permissions = (name for one in PERMISSIONS.get(kind, ()) for name in one.arguments)
    return frozenset((*of_row, *of_permissions, *(name for name, _ in USES.get(kind, ()))))


def bears_on_access(argument: str, within: str, text: str) -> bool:
    """Whether a text says by itself, or by its argument's name, who is who: an ARN, a policy, what is run with."""
    return is_arn(text) or '"Statement"' in text or runs_with(argument, within)
