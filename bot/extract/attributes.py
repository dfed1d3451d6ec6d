"""Which attributes of a resource the extraction reads: nothing else of a plan is looked at."""

from __future__ import annotations

from bot.extract.permissions import PERMISSIONS
from bot.extract.readers import FAMILIES
from bot.extract.reference import NAMING
from bot.extract.resource_policies import ROWS
from bot.extract.runners import PROFILE_BLOCKS, ROLE_ARGUMENTS, USES

# fmt: off
NAMES = frozenset((
    *NAMING, *ROLE_ARGUMENTS, *PROFILE_BLOCKS,
    "access_grants_location_configuration", "access_grants_location_id", "access_control_policy", "account_id", "acl",
    "admins", "allow_unauthenticated_identities",
    "assume_role_policy", "block_public_acls", "block_public_policy", "bucket", "client_id_list", "content",
    "configuration_name", "create_database_default_permissions", "create_table_default_permissions",
    "customer_managed_policy_reference", "data_cells_filter", "data_location", "database",
    "details", "enabled", "external_id", "force_detach_policies",
    "grant", "grantee", "group", "group_id", "group_name", "groups", "identity_pool_id", "ignore_public_acls",
    "inline_policy", "instance_arn", "key", "lf_tag", "lf_tag_policy", "managed_policy_arn", "managed_policy_arns",
    "member_id", "namespace", "path", "permission", "permission_set_arn", "permissions", "permissions_boundary",
    "permissions_with_grant_option", "policy", "policy_arn", "policy_arns", "policy_document", "policy_id",
    "policy_json", "principal", "principal_arn", "principal_id", "principal_type", "read_only_admins",
    "resource_policy",
    "restrict_public_buckets", "role_name", "service_account", "session_policy_arn", "skip_destroy", "status", "table",
    "table_with_columns", "target", "target_id", "type", "user", "user_name", "username", "users",
))
# fmt: on
"""Attributes by whose name access is told, whatever the type."""

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
    if not kind.startswith("aws_"):
        return False
    if kind == "aws_iam_policy_document":
        return attribute in OF_DOCUMENTS
    if kind in UNSAID:
        return attribute in OF_CREDENTIALS
    if kind in FAMILIES and attribute in _own(kind):
        return True
    return attribute in NAMES or attribute.endswith(_SUFFIXES)


def _own(kind: str) -> frozenset[str]:
    """The attributes that the tables name for the type."""
    row = ROWS.get(kind)
    of_row = () if row is None else (row.policy, row.stands_on)
    of_permissions = (name for one in PERMISSIONS.get(kind, ()) for name in one.arguments)
    return frozenset((*of_row, *of_permissions, *(name for name, _ in USES.get(kind, ()))))
