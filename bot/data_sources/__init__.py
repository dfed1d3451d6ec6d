"""What the AWS provider contributes to evaluation: data sources and computed attributes."""

from __future__ import annotations

from bot.data_sources import aws_arn, iam_lookup, looked_up, oidc, surroundings, template_file
from bot.data_sources.arn_shapes import LOOKUPS, MADE_UP, SHAPES
from bot.data_sources.policy_document import policy_document
from bot.evaluated.config import Provider
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.provider_accounts import SAME_ACCOUNT
from bot.resource_types.row import Reading

_JOINING = (
    Reading.ATTACHMENT,
    Reading.CREDENTIAL,
    Reading.DIRECTORY_MEMBERSHIP,
    Reading.GROUP_MEMBERSHIP,
    Reading.INLINE_POLICY,
    Reading.INSTANCE_PROFILE,
    Reading.MANY_ATTACHMENTS,
    Reading.PERMISSION_SET_ASSIGNMENT,
    Reading.PERMISSION_SET_CUSTOMER_POLICY,
    Reading.PERMISSION_SET_INLINE_POLICY,
    Reading.PERMISSION_SET_MANAGED_POLICY,
    Reading.USER_GROUP_MEMBERSHIP,
)

PROVIDER = Provider(
    data_sources={
        **{kind: aws_arn.looked_up_by(shape) for kind, shape in LOOKUPS.items()},
        "aws_arn": aws_arn.parsed_arn,
        "aws_caller_identity": surroundings.caller_identity,
        "aws_elb_service_account": surroundings.elb_service_account,
        "aws_iam_openid_connect_provider": oidc.looked_up,
        "aws_iam_policy": iam_lookup.policy,
        "aws_iam_policy_document": policy_document,
        "aws_iam_role": iam_lookup.role,
        "aws_iam_session_context": iam_lookup.session_context,
        "aws_partition": surroundings.partition,
        "aws_region": surroundings.current_region,
        "aws_service_principal": surroundings.service_principal,
        "local_file": template_file.local_file,
        "local_sensitive_file": template_file.local_file,
        "template_file": template_file.template_file,
    },
    computed={
        **{kind: aws_arn.computed_by(shape) for kind, shape in SHAPES.items()},
        **{kind: aws_arn.spelled_by(shape) for kind, shape in MADE_UP.items()},
        "aws_iam_openid_connect_provider": oidc.provider,
        "template_file": template_file.template_file,
        "terraform_data": template_file.terraform_data,
    },
    asked=looked_up.asked,
    reading=looked_up.READING,
    home=looked_up.home,
    same_account=SAME_ACCOUNT,
    placed=looked_up.with_region,
    sought=iam_lookup.sought,
    joining=frozenset(row.name for row in RESOURCE_TYPES.values() if row.reading in _JOINING),
)
"""Every data source and computed attribute that is known of; what is not here stays a symbol."""
