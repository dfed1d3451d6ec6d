"""Databases, lakes, streams and search."""

from __future__ import annotations

from bot.resource_types.row import ArnShape, PermissionType, PolicyArgument, Reading, ResourceType

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        "aws_athena_workgroup",
        arn=ArnShape("athena:{region}:{account}:workgroup/{name}", ("name",), (("id", "{name}"),)),
    ),
    ResourceType(
        "aws_cloudsearch_domain_service_access_policy", policy=PolicyArgument("access_policy", stands_on="domain_name")
    ),
    ResourceType(
        "aws_db_cluster_snapshot",
        permissions=(PermissionType(("rds:RestoreDBClusterFromSnapshot",), principal="shared_accounts"),),
    ),
    ResourceType("aws_db_instance", arn=ArnShape("rds:{region}:{account}:db:{identifier}", ("identifier",))),
    ResourceType(
        "aws_db_snapshot",
        permissions=(PermissionType(("rds:RestoreDBInstanceFromDBSnapshot",), principal="shared_accounts"),),
    ),
    ResourceType(
        "aws_db_snapshot_copy",
        permissions=(PermissionType(("rds:RestoreDBInstanceFromDBSnapshot",), principal="shared_accounts"),),
    ),
    ResourceType("aws_dsql_cluster_policy", policy=PolicyArgument(stands_on="identifier"), longest=20_480),
    ResourceType("aws_dynamodb_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
    ResourceType(
        "aws_dynamodb_table",
        arn=ArnShape("dynamodb:{region}:{account}:table/{name}", ("name",), (("id", "{name}"),), looked_up=True),
        service="dynamodb",
    ),
    ResourceType(
        "aws_elasticsearch_domain",
        policy=PolicyArgument("access_policies"),
        arn=ArnShape("es:{region}:{account}:domain/{domain_name}", ("domain_name",)),
    ),
    ResourceType("aws_elasticsearch_domain_policy", policy=PolicyArgument("access_policies", stands_on="domain_name")),
    ResourceType("aws_emr_cluster", runs="arn:*:elasticmapreduce:*:*:cluster/"),
    ResourceType("aws_glue_catalog_database", arn=ArnShape("glue:{region}:{account}:database/{name}", ("name",))),
    ResourceType("aws_glue_dev_endpoint", runs="arn:*:glue:*:*:devEndpoint/"),
    ResourceType(
        "aws_glue_job",
        arn=ArnShape("glue:{region}:{account}:job/{name}", ("name",), (("id", "{name}"),)),
        runs="arn:*:glue:*:*:job/",
    ),
    ResourceType("aws_glue_resource_policy", policy=PolicyArgument()),
    ResourceType(
        "aws_kinesis_firehose_delivery_stream",
        arn=ArnShape("firehose:{region}:{account}:deliverystream/{name}", ("name",)),
    ),
    ResourceType("aws_kinesis_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
    ResourceType(
        "aws_kinesis_stream", arn=ArnShape("kinesis:{region}:{account}:stream/{name}", ("name",), looked_up=True)
    ),
    ResourceType("aws_kinesisanalyticsv2_application", runs="arn:*:kinesisanalytics:*:*:application/"),
    ResourceType("aws_lakeformation_data_lake_settings", reading=Reading.LAKE_SETTINGS, implied=True, tells_roles=True),
    ResourceType("aws_lakeformation_permissions", reading=Reading.LAKE_PERMISSIONS, implied=True, tells_roles=True),
    ResourceType("aws_msk_cluster_policy", policy=PolicyArgument(stands_on="cluster_arn")),
    ResourceType(
        "aws_neptune_cluster_snapshot",
        permissions=(PermissionType(("rds:RestoreDBClusterFromSnapshot",), principal="shared_accounts"),),
    ),
    ResourceType(
        "aws_opensearch_authorize_vpc_endpoint_access",
        permissions=(
            PermissionType(("es:CreateVpcEndpoint",), principal="account", stands_on="domain_name", resource="*"),
        ),
        named_after="aws_opensearch_domain",
    ),
    ResourceType(
        "aws_opensearch_domain",
        policy=PolicyArgument("access_policies"),
        arn=ArnShape("es:{region}:{account}:domain/{domain_name}", ("domain_name",)),
    ),
    ResourceType("aws_opensearch_domain_policy", policy=PolicyArgument("access_policies", stands_on="domain_name")),
    ResourceType("aws_osis_resource_policy", policy=PolicyArgument(stands_on="resource_arn"), longest=204_800),
    ResourceType("aws_prometheus_resource_policy", policy=PolicyArgument("policy_document", stands_on="workspace_id")),
    ResourceType(
        "aws_rds_cluster",
        arn=ArnShape(
            "rds:{region}:{account}:cluster:{cluster_identifier}",
            ("cluster_identifier",),
            (("id", "{cluster_identifier}"),),
        ),
    ),
    ResourceType(
        "aws_rds_cluster_snapshot_copy",
        permissions=(PermissionType(("rds:RestoreDBClusterFromSnapshot",), principal="shared_accounts"),),
    ),
    ResourceType(
        "aws_redshift_data_share_authorization",
        permissions=(
            PermissionType(
                ("redshift:AssociateDataShareConsumer",), principal="consumer_identifier", stands_on="data_share_arn"
            ),
        ),
    ),
    ResourceType(
        "aws_redshift_endpoint_authorization",
        permissions=(
            PermissionType(("redshift:CreateEndpointAccess",), principal="account", stands_on="cluster_identifier"),
        ),
    ),
    ResourceType("aws_redshift_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
    ResourceType("aws_redshiftserverless_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
)
