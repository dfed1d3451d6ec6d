"""Resource types whose argument is a resource policy: which argument, and which resource it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, field, nested, present, string
from bot.extract.choices import Guards, outcomes
from bot.extract.facts import Fact
from bot.extract.identity import document
from bot.extract.reference import ResourceIndex, elsewhere, holder_of
from bot.iam.grant import PolicySubject, PolicySubjectKind
from bot.iam.statement import PolicyKind


@dataclass(frozen=True, slots=True)
class PolicyArgument:
    """One resource type: the argument with the document, and the argument naming the resource it stands on.

    Without `stands_on` the block is the resource itself. `limits` marks a policy without which everything passes.
    """

    policy: str = "policy"
    stands_on: str = ""
    limits: bool = False


_ITSELF = PolicyArgument()

ROWS: Mapping[str, PolicyArgument] = {
    "aws_acmpca_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_api_gateway_rest_api": _ITSELF,
    "aws_api_gateway_rest_api_policy": PolicyArgument(stands_on="rest_api_id"),
    "aws_backup_vault_policy": PolicyArgument(stands_on="backup_vault_name"),
    "aws_cloudwatch_event_bus_policy": PolicyArgument(stands_on="event_bus_name"),
    "aws_cloudwatch_log_destination_policy": PolicyArgument("access_policy", "destination_name"),
    "aws_cloudwatch_log_delivery_destination_policy": PolicyArgument(
        "delivery_destination_policy", "delivery_destination_name"
    ),
    "aws_cloudwatch_log_resource_policy": PolicyArgument("policy_document"),
    "aws_codeartifact_domain_permissions_policy": PolicyArgument("policy_document", "domain"),
    "aws_codeartifact_repository_permissions_policy": PolicyArgument("policy_document", "repository"),
    "aws_codebuild_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_dynamodb_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_ecr_registry_policy": _ITSELF,
    "aws_ecr_repository_creation_template": PolicyArgument("repository_policy"),
    "aws_ecr_repository_policy": PolicyArgument(stands_on="repository"),
    "aws_ecrpublic_repository_policy": PolicyArgument(stands_on="repository_name"),
    "aws_efs_file_system_policy": PolicyArgument(stands_on="file_system_id"),
    "aws_elasticsearch_domain": PolicyArgument("access_policies"),
    "aws_elasticsearch_domain_policy": PolicyArgument("access_policies", "domain_name"),
    "aws_glacier_vault": PolicyArgument("access_policy"),
    "aws_glacier_vault_lock": PolicyArgument(stands_on="vault_name"),
    "aws_glue_resource_policy": _ITSELF,
    "aws_kinesis_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_kms_external_key": _ITSELF,
    "aws_kms_key": _ITSELF,
    "aws_kms_key_policy": PolicyArgument(stands_on="key_id"),
    "aws_kms_replica_external_key": _ITSELF,
    "aws_kms_replica_key": _ITSELF,
    "aws_media_store_container_policy": PolicyArgument(stands_on="container_name"),
    "aws_msk_cluster_policy": PolicyArgument(stands_on="cluster_arn"),
    "aws_networkfirewall_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_oam_sink_policy": PolicyArgument(stands_on="sink_identifier"),
    "aws_opensearch_domain": PolicyArgument("access_policies"),
    "aws_opensearch_domain_policy": PolicyArgument("access_policies", "domain_name"),
    "aws_organizations_resource_policy": PolicyArgument("content"),
    "aws_prometheus_resource_policy": PolicyArgument("policy_document", "workspace_id"),
    "aws_redshift_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_redshiftserverless_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_s3_access_point": _ITSELF,
    "aws_s3_bucket": _ITSELF,
    "aws_s3_bucket_policy": PolicyArgument(stands_on="bucket"),
    "aws_s3control_access_grants_instance_resource_policy": _ITSELF,
    "aws_s3control_access_point_policy": PolicyArgument(stands_on="access_point_arn"),
    "aws_s3control_bucket_policy": PolicyArgument(stands_on="bucket"),
    "aws_s3control_object_lambda_access_point_policy": PolicyArgument(stands_on="name"),
    "aws_s3tables_table_bucket_policy": PolicyArgument("resource_policy", "table_bucket_arn"),
    "aws_s3tables_table_policy": PolicyArgument("resource_policy", "name"),
    "aws_s3vectors_vector_bucket_policy": PolicyArgument(stands_on="vector_bucket_arn"),
    "aws_sagemaker_model_package_group_policy": PolicyArgument("resource_policy", "model_package_group_name"),
    "aws_schemas_registry_policy": PolicyArgument(stands_on="registry_name"),
    "aws_secretsmanager_secret": _ITSELF,
    "aws_secretsmanager_secret_policy": PolicyArgument(stands_on="secret_arn"),
    "aws_ses_identity_policy": PolicyArgument(stands_on="identity"),
    "aws_sesv2_email_identity_policy": PolicyArgument(stands_on="email_identity"),
    "aws_sns_topic": _ITSELF,
    "aws_sns_topic_policy": PolicyArgument(stands_on="arn"),
    "aws_sqs_queue": _ITSELF,
    "aws_sqs_queue_policy": PolicyArgument(stands_on="queue_url"),
    "aws_vpc_endpoint": PolicyArgument(limits=True),
    "aws_vpc_endpoint_policy": PolicyArgument(stands_on="vpc_endpoint_id", limits=True),
    "aws_vpclattice_auth_policy": PolicyArgument(stands_on="resource_identifier"),
    "aws_vpclattice_resource_policy": PolicyArgument(stands_on="resource_arn"),
    "aws_xray_resource_policy": PolicyArgument("policy_document"),
}


def resource_policy(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The resource policy a block carries, held by the resource it stands on."""
    row = ROWS[instance.type]
    value = argument(instance, row.policy)
    if value is None:
        return
    counts = PolicyKind.CAP if row.limits else PolicyKind.RESOURCE
    for guards, holder, through in standing_on(instance, index, row.stands_on):
        yield document(instance, value, PolicyKind.RESOURCE, holder, guards, through, counts_as=counts)


def multi_region_access_point(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The policy of an S3 Multi-Region Access Point, in a block with the point's name."""
    for block in nested(instance, "details"):
        name, value = field(block, "name"), field(block, "policy")
        written = string(name)
        if value is not None and written is not None:
            found = index.find(written, ("aws_s3control_multi_region_access_point",), instance.address)
            holder = elsewhere(index, PolicySubjectKind.RESOURCE, written)
            holder = holder if found is None else holder_of(found, PolicySubjectKind.RESOURCE, index.root)
            yield document(instance, value, PolicyKind.RESOURCE, holder, (), name)


def standing_on(
    instance: ResourceInstance, index: ResourceIndex, stands_on: str
) -> Iterator[tuple[Guards, PolicySubject, Value | None]]:
    """The resource that `instance` is about: the one its argument `stands_on` names, or itself."""
    named = argument(instance, stands_on) if stands_on else None
    if named is None:
        yield (), holder_of(instance, PolicySubjectKind.RESOURCE, index.root), None
        return
    for guards, one in outcomes(named):
        written = string(present(one))
        if written is None:
            continue
        found = index.find(written, (), instance.address)
        if found is None or found is instance:
            found = index.find(written, _types_named_by(instance.type), instance.address)
        if found is None:
            yield guards, elsewhere(index, PolicySubjectKind.RESOURCE, written), one
        else:
            yield guards, holder_of(found, PolicySubjectKind.RESOURCE, index.root), one


NAMED_TYPES: Mapping[str, str] = {
    "aws_lambda_permission": "aws_lambda_function",
    "aws_lambda_function_url": "aws_lambda_function",
    "aws_lambda_layer_version_permission": "aws_lambda_layer_version",
    "aws_cloudwatch_event_permission": "aws_cloudwatch_event_bus",
    "aws_kms_grant": "aws_kms_key",
    "aws_eks_access_entry": "aws_eks_cluster",
    "aws_eks_access_policy_association": "aws_eks_cluster",
}
"""Types whose resource is not called as their own type begins."""


def _types_named_by(resource_type: str) -> tuple[str, ...]:
    """Types a block may name by a plain string: `aws_s3_bucket` for `aws_s3_bucket_acl`."""
    words = resource_type.split("_")
    beginnings = ("_".join(words[:end]) for end in range(len(words) - 1, 2, -1))
    return (*filter(None, (NAMED_TYPES.get(resource_type),)), *beginnings)
