"""Functions, containers, instances, networks and models."""

from __future__ import annotations

from bot.resource_types.row import ArnShape, PermissionType, PolicyArgument, Reading, ResourceType

SOURCE = (
    ("ArnLike", "aws:SourceArn", "source_arn"),
    ("StringEquals", "aws:SourceAccount", "source_account"),
    ("StringEquals", "aws:PrincipalOrgID", "principal_org_id"),
)


ROWS: tuple[ResourceType, ...] = (
    ResourceType("aws_amplify_app", runs="arn:*:amplify:*:*:apps/"),
    ResourceType("aws_apprunner_service", runs="arn:*:apprunner:*:*:service/"),
    ResourceType(
        "aws_autoscaling_group",
        templates=(
            ("launch_configuration", ""),
            ("launch_template", "id"),
            ("mixed_instances_policy", "launch_template_id"),
        ),
    ),
    ResourceType("aws_batch_compute_environment", templates=(("compute_resources", "launch_template_id"),)),
    ResourceType("aws_batch_job_definition", runs="arn:*:batch:*:*:job-definition/", is_template=True),
    ResourceType("aws_bedrockagentcore_agent_runtime", runs="arn:*:bedrock-agentcore:*:*:runtime/"),
    ResourceType("aws_bedrockagentcore_browser", runs="arn:*:bedrock-agentcore:*:*:browser-custom/"),
    ResourceType("aws_bedrockagentcore_code_interpreter", runs="arn:*:bedrock-agentcore:*:*:code-interpreter"),
    ResourceType("aws_bedrockagentcore_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
    ResourceType("aws_cloud9_environment_ec2", runs="arn:*:cloud9:*:*:environment:"),
    ResourceType("aws_ec2_fleet", templates=(("launch_template_config", "launch_template_id"),)),
    ResourceType(
        "aws_ecs_cluster",
        arn=ArnShape(
            "ecs:{region}:{account}:cluster/{name}",
            ("name",),
            (("id", "arn:{partition}:ecs:{region}:{account}:cluster/{name}"),),
        ),
    ),
    ResourceType(
        "aws_ecs_service",
        runs="arn:*:ecs:*:*:task/",
        templates=(("task_definition", ""),),
        reading=Reading.ENTERED_TASKS,
    ),
    ResourceType("aws_ecs_task_definition", is_template=True),
    ResourceType("aws_ecs_task_set", templates=(("task_definition", ""),)),
    ResourceType(
        "aws_eks_access_entry",
        permissions=(
            PermissionType(
                ("eks:AccessKubernetesApi",),
                principal="principal_arn",
                stands_on="cluster_name",
                conditions=(("ForAnyValue:StringEquals", "eks:kubernetesGroups", "kubernetes_groups"),),
                only_with="kubernetes_groups",  # an entry alone lets nobody do anything
            ),
        ),
        named_after="aws_eks_cluster",
    ),
    ResourceType(
        "aws_eks_access_policy_association",
        permissions=(
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
        named_after="aws_eks_cluster",
    ),
    ResourceType(
        "aws_eks_cluster",
        arn=ArnShape("eks:{region}:{account}:cluster/{name}", ("name",), (("id", "{name}"),), looked_up=True),
    ),
    ResourceType("aws_eks_node_group", templates=(("launch_template", "id"),)),
    ResourceType("aws_eks_pod_identity_association", reading=Reading.POD_IDENTITY, tells_roles=True),
    ResourceType("aws_instance", runs="arn:*:ec2:*:*:instance/", templates=(("launch_template", "id"),)),
    ResourceType(
        "aws_lambda_function",
        arn=ArnShape(
            "lambda:{region}:{account}:function:{function_name}",
            ("function_name",),
            (("id", "{function_name}"),),
            looked_up=True,
        ),
        runs="arn:*:lambda:*:*:function:",
        service="lambda",
    ),
    ResourceType(
        "aws_lambda_function_url",
        permissions=(
            PermissionType(
                ("lambda:InvokeFunctionUrl",),
                principal="",
                stands_on="function_name",
                only_if=("authorization_type", "NONE"),
            ),
        ),
        named_after="aws_lambda_function",
    ),
    ResourceType(
        "aws_lambda_layer_version_permission",
        permissions=(
            PermissionType(
                ("lambda:GetLayerVersion",),
                stands_on="layer_name",
                action_from="action",
                conditions=(("StringEquals", "aws:PrincipalOrgID", "organization_id"),),
            ),
        ),
        named_after="aws_lambda_layer_version",
    ),
    ResourceType(
        "aws_lambda_permission",
        permissions=(
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
        named_after="aws_lambda_function",
    ),
    ResourceType(
        "aws_lambda_resource_policy",
        policy=PolicyArgument(stands_on="resource_arn"),
        named_after="aws_lambda_function",
        longest=20_480,
    ),
    ResourceType("aws_launch_configuration", is_template=True),
    ResourceType("aws_launch_template", runs="arn:*:ec2:*:*:launch-template/", is_template=True),
    ResourceType("aws_networkfirewall_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
    ResourceType("aws_pipes_pipe", templates=(("target_parameters", "task_definition_arn"),)),
    ResourceType(
        "aws_sagemaker_model_package_group_policy",
        policy=PolicyArgument("resource_policy", stands_on="model_package_group_name"),
    ),
    ResourceType("aws_sagemaker_notebook_instance", runs="arn:*:sagemaker:*:*:notebook-instance/"),
    ResourceType("aws_sagemaker_user_profile", runs="arn:*:sagemaker:*:*:user-profile/"),
    ResourceType("aws_scheduler_schedule", templates=(("target", "task_definition_arn"),)),
    ResourceType(
        "aws_sfn_state_machine",
        arn=ArnShape(
            "states:{region}:{account}:stateMachine:{name}",
            ("name",),
            (("id", "arn:{partition}:states:{region}:{account}:stateMachine:{name}"),),
            looked_up=True,
        ),
        runs="arn:*:states:*:*:stateMachine:",
    ),
    ResourceType("aws_spot_fleet_request", templates=(("launch_template_config", "id"),)),
    ResourceType("aws_vpc_endpoint", policy=PolicyArgument(limits=True, within="vpc_id"), longest=20_480),
    ResourceType(
        "aws_vpc_endpoint_policy", policy=PolicyArgument(stands_on="vpc_endpoint_id", limits=True), longest=20_480
    ),
    ResourceType(
        "aws_vpc_endpoint_service",
        permissions=(
            PermissionType(("ec2:CreateVpcEndpoint",), principal="allowed_principals", block="acceptance_required"),
        ),
    ),
    ResourceType(
        "aws_vpc_endpoint_service_allowed_principal",
        permissions=(
            PermissionType(
                ("ec2:CreateVpcEndpoint",),
                principal="principal_arn",
                stands_on="vpc_endpoint_service_id",
                block="acceptance_required",
            ),
        ),
    ),
    ResourceType("aws_vpclattice_auth_policy", policy=PolicyArgument(stands_on="resource_identifier")),
    ResourceType("aws_vpclattice_resource_policy", policy=PolicyArgument(stands_on="resource_arn")),
    ResourceType("aws_vpclattice_service", reading=Reading.SERVICE_AUTHENTICATION, implied=True),
    ResourceType("aws_vpclattice_service_network", reading=Reading.SERVICE_AUTHENTICATION, implied=True),
)
