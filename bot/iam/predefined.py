"""Permission sets and groups that AWS makes by itself, and the AWS-managed policies that they hold.

Sources: AWS Control Tower User Guide, "IAM Identity Center Groups for AWS Control Tower"; IAM Identity Center User
Guide, "Predefined permissions for AWS managed policies": such permission sets are called as the policy that they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

DATE = "2026-11-27"
"""When the tables were last held against their sources."""

PERMISSION_SETS: Mapping[str, str] = {
    "AWSAdministratorAccess": "AdministratorAccess",
    "AWSOrganizationsFullAccess": "AWSOrganizationsFullAccess",
    "AWSPowerUserAccess": "PowerUserAccess",
    "AWSReadOnlyAccess": "ReadOnlyAccess",
    "AWSServiceCatalogAdminFullAccess": "AWSServiceCatalogAdminFullAccess",
    "AWSServiceCatalogEndUserAccess": "AWSServiceCatalogEndUserFullAccess",
}
"""Control Tower's permission sets, each with the AWS-managed policy that it holds."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "AWSAccountFactory": ("AWSServiceCatalogEndUserAccess",),
    "AWSAuditAccountAdmins": ("AWSAdministratorAccess",),
    "AWSControlTowerAdmins": ("AWSAdministratorAccess", "AWSOrganizationsFullAccess"),
    "AWSLogArchiveAdmins": ("AWSAdministratorAccess",),
    "AWSLogArchiveViewers": ("AWSReadOnlyAccess",),
    "AWSSecurityAuditPowerUsers": ("AWSPowerUserAccess",),
    "AWSSecurityAuditors": ("AWSReadOnlyAccess",),
    "AWSServiceCatalogAdmins": ("AWSServiceCatalogAdminFullAccess",),
}
"""Control Tower's groups of the identity store, each with the permission sets that it has in some account."""

_PATHS = ("", "job-function/")


def policies_by_name(name: str) -> Iterator[tuple[str, ...]]:
    """What a permission set or group of that name holds if AWS made it: for each policy the ARNs that it may have."""
    for permission_set in GROUPS.get(name, (name,)):
        policy = PERMISSION_SETS.get(permission_set, permission_set)
        yield tuple(f"arn:aws:iam::aws:policy/{path}{policy}" for path in _PATHS)
