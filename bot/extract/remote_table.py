"""What the arguments of the commonest public modules mean, read from their variables in September 2026.

An argument that no row knows is read by its name and its shape; this table adds what neither tells: which argument
switches another on, and what a plain list of principals may do.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import field

from bot.frozen import dataclass
from bot.late_pattern import late_pattern


class Meaning(enum.Enum):
    """What an argument gives, and to whom."""

    POLICIES = "ARNs of managed policies, as a string, list or map"
    BOUNDARY = "the ARN of a permissions boundary"
    TRUSTED = "who may assume the role: accounts, ARNs, services, or a map of them by type"
    SUBJECTS = "subjects of an OIDC provider that may assume the role"
    SUBJECT_PATTERNS = "the same, with wildcards"
    GITHUB_SUBJECTS = "repositories of GitHub, with or without what subjects begin with, whose tokens may"
    SERVICE_ACCOUNTS = "a map of OIDC providers or clusters with Kubernetes service accounts that may assume the role"
    PRINCIPALS = "principals that the resource's policy lets in, for `actions`"
    FUNCTIONS = "ARNs of functions for whose sake Lambda is let in, for `actions`"
    TRIGGERS = "a map of services that may invoke the function"
    ACCESS_ENTRIES = "a map of principals that may use the cluster"
    FLAG = "a switch that attaches the policy `arn`"


@dataclass(frozen=True, slots=True)
class ArgumentMeaning:
    """The meaning of one argument, `argument` where it is one of a call's."""

    meaning: Meaning
    actions: tuple[str, ...] = ()
    arn: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """One module: `gates` names, for an argument, the switch without which it does nothing (false by default)."""

    source: re.Pattern[str]
    arguments: Mapping[str, ArgumentMeaning] = field(default_factory=dict)
    gates: Mapping[str, str] = field(default_factory=dict)


def _source(path: str) -> re.Pattern[str]:
    """A module by its registry address, or by the repository that the registry gets it from."""
    address, _, inside = path.partition("//")
    owner, name, provider = address.split("/")
    within = f"//{re.escape(inside)}" if inside else ""
    return re.compile(rf"(?:^|/){owner}/(?:{name}/{provider}|terraform-{provider}-{name}(?:\.git)?){within}(?:$|\?)")


def _principals(*actions: str) -> ArgumentMeaning:
    return ArgumentMeaning(Meaning.PRINCIPALS, actions)


_USE_KEY = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
_ADMINISTER_KEY = ("kms:Put*", "kms:Enable*", "kms:Disable*", "kms:ScheduleKeyDeletion", "kms:CreateGrant")
_GRANT_KEY = ("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant")
_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability", "ecr:DescribeImages")
_PUSH = ("ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload")

_KEY_ARGUMENTS = {
    "key_owners": _principals("kms:*"),
    "key_administrators": _principals(*_ADMINISTER_KEY),
    "key_users": _principals(*_USE_KEY),
    "key_symmetric_encryption_users": _principals(*_USE_KEY),
    "key_service_users": _principals(*_GRANT_KEY),
    "key_service_roles_for_autoscaling": _principals(*_USE_KEY, *_GRANT_KEY),
    "key_hmac_users": _principals("kms:GenerateMac", "kms:VerifyMac"),
    "key_asymmetric_public_encryption_users": _principals("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*"),
    "key_asymmetric_sign_verify_users": _principals("kms:Sign", "kms:Verify"),
}

_FLAGS = {
    "attach_admin_policy": ArgumentMeaning(Meaning.FLAG, arn="arn:aws:iam::aws:policy/AdministratorAccess"),
    "attach_poweruser_policy": ArgumentMeaning(Meaning.FLAG, arn="arn:aws:iam::aws:policy/PowerUserAccess"),
    "attach_readonly_policy": ArgumentMeaning(Meaning.FLAG, arn="arn:aws:iam::aws:policy/ReadOnlyAccess"),
}

_INLINE = dict.fromkeys(
    ("inline_policy_permissions", "source_inline_policy_documents", "override_inline_policy_documents"),
    "create_inline_policy",
)

MODULES: tuple[ModuleRow, ...] = (
    ModuleRow(_source("terraform-aws-modules/iam/aws//modules/iam-role"), gates=_INLINE),
    ModuleRow(
        _source("terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts"),
        {"oidc_providers": ArgumentMeaning(Meaning.SERVICE_ACCOUNTS)},
        _INLINE,
    ),
    ModuleRow(
        _source("terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"),
        {"oidc_providers": ArgumentMeaning(Meaning.SERVICE_ACCOUNTS)},
    ),
    ModuleRow(
        _source("terraform-aws-modules/iam/aws//modules/iam-eks-role"),
        {"cluster_service_accounts": ArgumentMeaning(Meaning.SERVICE_ACCOUNTS)},
        {"": "create_role"},
    ),
    ModuleRow(
        _source("terraform-aws-modules/iam/aws//modules/iam-github-oidc-role"),
        {"subjects": ArgumentMeaning(Meaning.GITHUB_SUBJECTS)},
    ),
    ModuleRow(_source("terraform-aws-modules/iam/aws//modules/iam-assumable-role"), _FLAGS, {"": "create_role"}),
    ModuleRow(_source("terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc"), {}, {"": "create_role"}),
    ModuleRow(_source("terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-saml"), {}, {"": "create_role"}),
    ModuleRow(
        _source("terraform-aws-modules/lambda/aws"),
        {"allowed_triggers": ArgumentMeaning(Meaning.TRIGGERS), "policy": ArgumentMeaning(Meaning.POLICIES)},
        {name: f"attach_{name}" for name in ("policy_json", "policy_jsons", "policy", "policies", "policy_statements")},
    ),
    ModuleRow(_source("terraform-aws-modules/s3-bucket/aws"), gates={"policy": "attach_policy"}),
    ModuleRow(_source("terraform-aws-modules/kms/aws"), _KEY_ARGUMENTS),
    ModuleRow(
        _source("terraform-aws-modules/eks/aws"),
        {
            "access_entries": ArgumentMeaning(Meaning.ACCESS_ENTRIES),
            **{f"kms_{name}": meaning for name, meaning in _KEY_ARGUMENTS.items()},
        },
    ),
    ModuleRow(
        _source("terraform-aws-modules/sqs/aws"),
        gates={
            "queue_policy_statements": "create_queue_policy",
            "source_queue_policy_documents": "create_queue_policy",
            "override_queue_policy_documents": "create_queue_policy",
            "dlq_queue_policy_statements": "create_dlq_queue_policy",
        },
    ),
    ModuleRow(
        _source("terraform-aws-modules/secrets-manager/aws"),
        gates=dict.fromkeys(
            ("policy_statements", "source_policy_documents", "override_policy_documents"), "create_policy"
        ),
    ),
    ModuleRow(
        _source("terraform-aws-modules/ecr/aws"),
        {
            "repository_read_access_arns": _principals(*_PULL),
            "repository_lambda_read_access_arns": ArgumentMeaning(Meaning.FUNCTIONS, _PULL[:2]),
            "repository_read_write_access_arns": _principals(*_PULL, *_PUSH),
        },
    ),
    ModuleRow(
        _source("cloudposse/ecr/aws"),
        {
            "principals_readonly_access": _principals(*_PULL),
            "principals_full_access": _principals("ecr:*"),
            "principals_push_access": _principals(*_PUSH),
            "principals_lambda": _principals(*_PULL),
        },
    ),
    ModuleRow(_source("cloudposse/iam-role/aws")),
    ModuleRow(_source("cloudposse/iam-policy/aws")),
    ModuleRow(_source("cloudposse/eks-iam-role/aws")),
)

NAMES: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (late_pattern(r"permissions_boundary"), Meaning.BOUNDARY),
    (late_pattern(r"(^|_)polic(y|ies)(_arns?|_names?|_attachments?)?$"), Meaning.POLICIES),
    (
        late_pattern(
            r"^(trusted_(role_)?(arns|services|principals)|trusted_entities|principals|assume_role_principals)$"
        ),
        Meaning.TRUSTED,
    ),
    (late_pattern(r"^(aws_auth|map)_(additional_iam_)?(users|roles)$"), Meaning.ACCESS_ENTRIES),
    (late_pattern(r"^(oidc_fully_qualified_subjects|oidc_subjects)$"), Meaning.SUBJECTS),
    (late_pattern(r"^(oidc_subjects_with_wildcards|oidc_wildcard_subjects|subjects)$"), Meaning.SUBJECT_PATTERNS),
)
"""Names that mean the same in whatever module uses them; the first that fits counts."""

WITHOUT_POLICY = late_pattern(
    r"^(?:registry\.terraform\.io/|registry\.opentofu\.org/|(?:git\W+)?(?:(?:https|ssh)\W+)?(?:git@)?github\.com\W)?"
    r"(?:cloudposse/(?:label|utils|config|stack-config|template|security-group|awsutils|dynamic-subnets|route53.*)/"
    r"|cloudposse/terraform-(?:null-label|aws-security-group|aws-dynamic-subnets)"
    r"|terraform-aws-modules/(?:vpc|security-group|alb|nlb|elb|acm|key-pair|route53|cloudfront|customer-gateway|vpn-gateway|transit-gateway"
    r"|network-firewall|elasticache|memory-db|managed-service-grafana|global-accelerator|efs-access-point)/aws)"
)
"""Modules that neither hold nor let in anything, whatever they are given: of the public registries and GitHub."""


def row_of(source: str) -> ModuleRow | None:
    """The row of a module by its source; None if it is not in the table."""
    return next((row for row in MODULES if row.source.search(source)), None)


def carries_no_policy(source: str) -> bool:
    """Whether a module is known to hold and let in nothing."""
    return bool(WITHOUT_POLICY.search(source))


_OF_LIMITS = late_pattern(
    r"(?<![a-z])(?:scps?|service[-_]?control(?:[-_]polic\w*)?|guard[-_]?rails?)(?![a-z])", re.IGNORECASE
)


def holds_limits(name: str) -> bool:
    """Whether the name of a module, a call or an argument says that it holds policies which keep others from
    something."""
    return bool(_OF_LIMITS.search(name))


def meaning_of(row: ModuleRow | None, name: str) -> ArgumentMeaning | None:
    """What an argument means: by the module's row, else by its name."""
    if row is not None and name in row.arguments:
        return row.arguments[name]
    return next((ArgumentMeaning(meaning) for pattern, meaning in NAMES if pattern.search(name)), None)
