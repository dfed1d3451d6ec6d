"""AWS-managed policies made for the role that a service runs something as, and when that excuses their width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from bot.access_diff.delta import Change, HolderDelta, Row
from bot.iam.arn import split_principal
from bot.iam.grant import Grant
from bot.iam.managed import managed_path, managed_policy
from bot.iam.policy_subject import PolicySubject, Role, UnreadModule
from bot.iam.statement import Condition, Effect, PolicyKind, Statement
from bot.risk.made_elsewhere import role_of_output

DATE = "2026-11-30"
"""When the list was last held against AWS's guides and the policies' texts."""

_AGENT = "the agent on an instance"
_BEANSTALK = "what an instance of an environment needs: its health, logs and worker queue"
_LAMBDA = "what a function needs to take its events and write its log"
_NODE = "what a node needs to join its cluster"

EXECUTION_POLICIES: dict[str, str] = {
    "AWSElasticBeanstalkMulticontainerDocker": _BEANSTALK,
    "AWSElasticBeanstalkWebTier": _BEANSTALK,
    "AWSElasticBeanstalkWorkerTier": _BEANSTALK,
    "AWSXRayDaemonWriteAccess": "traces",
    "AmazonEC2ContainerRegistryPullOnly": _NODE,
    "AmazonEC2ContainerRegistryReadOnly": _NODE,
    "AmazonEKSFargatePodExecutionRolePolicy": _NODE,
    "AmazonEKSWorkerNodeMinimalPolicy": _NODE,
    "AmazonEKSWorkerNodePolicy": _NODE,
    "AmazonEKS_CNI_Policy": _NODE,
    "AmazonPrometheusRemoteWriteAccess": "metrics",
    "AmazonSSMManagedEC2InstanceDefaultPolicy": _AGENT,
    "AmazonSSMManagedInstanceCore": _AGENT,
    "CloudWatchAgentServerPolicy": _AGENT,
    "CloudWatchLambdaApplicationSignalsExecutionRolePolicy": _LAMBDA,
    "CloudWatchLambdaInsightsExecutionRolePolicy": _LAMBDA,
    "service-role/AWSLambdaBasicDurableExecutionRolePolicy": _LAMBDA,
    "service-role/AWSLambdaBasicExecutionRole": _LAMBDA,
    "service-role/AWSLambdaDynamoDBExecutionRole": _LAMBDA,
    "service-role/AWSLambdaKinesisExecutionRole": _LAMBDA,
    "service-role/AWSLambdaMSKExecutionRole": _LAMBDA,
    "service-role/AWSLambdaSQSQueueExecutionRole": _LAMBDA,
    "service-role/AWSLambdaVPCAccessExecutionRole": _LAMBDA,
    "service-role/AmazonEC2ContainerServiceforEC2Role": _NODE,
    "service-role/AmazonECSTaskExecutionRolePolicy": "what ECS needs to pull a task's image and write its log",
}
"""Why each is on the list. None passes roles or manages permissions (held by a test)."""

SERVICE_POLICIES: dict[str, tuple[str, ...]] = {
    "AWSBackupServiceRolePolicyForIndexing": ("backup",),
    "AWSBackupServiceRolePolicyForItemRestores": ("backup",),
    "AWSBackupServiceRolePolicyForS3Backup": ("backup",),
    "AWSBackupServiceRolePolicyForS3Restore": ("backup",),
    "AWSCodeDeployRoleForECS": ("codedeploy",),
    "AWSCodeDeployRoleForECSLimited": ("codedeploy",),
    "AmazonEKSBlockStoragePolicy": ("eks",),
    "AmazonEKSClusterPolicy": ("eks",),
    "AmazonEKSComputePolicy": ("eks",),
    "AmazonEKSLoadBalancingPolicy": ("eks",),
    "AmazonEKSNetworkingPolicy": ("eks",),
    "AmazonEKSServicePolicy": ("eks",),
    "AmazonEKSVPCResourceController": ("eks",),
    "AmazonWorkSpacesPoolServiceAccess": ("workspaces",),
    "AmazonWorkSpacesSelfServiceAccess": ("workspaces",),
    "AmazonWorkSpacesServiceAccess": ("workspaces",),
    "service-role/AWSAppSyncPushToCloudWatchLogs": ("appsync",),
    "service-role/AWSBackupServiceRolePolicyForBackup": ("backup",),
    "service-role/AWSBackupServiceRolePolicyForRestores": ("backup",),
    "service-role/AWSBatchServiceRole": ("batch",),
    "service-role/AWSCodeDeployRole": ("codedeploy",),
    "service-role/AWSCodeDeployRoleForLambda": ("codedeploy",),
    "service-role/AWSCodeDeployRoleForLambdaLimited": ("codedeploy",),
    "service-role/AWSDataLifecycleManagerServiceRole": ("dlm",),
    "service-role/AWSDataLifecycleManagerServiceRoleForAMIManagement": ("dlm",),
    "service-role/AWSElasticBeanstalkEnhancedHealth": ("elasticbeanstalk",),
    "service-role/AWSElasticBeanstalkService": ("elasticbeanstalk",),
    "service-role/AWSGlueServiceRole": ("glue",),
    "service-role/AWS_ConfigRole": ("config",),
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs": ("apigateway",),
    "service-role/AmazonDMSCloudWatchLogsRole": ("dms",),
    "service-role/AmazonDMSVPCManagementRole": ("dms",),
    "service-role/AmazonEC2SpotFleetTaggingRole": ("spotfleet",),
    "service-role/AmazonEMRServicePolicy_v2": ("elasticmapreduce",),
    "service-role/AmazonElasticMapReduceRole": ("elasticmapreduce",),
    "service-role/AmazonRDSEnhancedMonitoringRole": ("monitoring.rds",),
}
"""Policies that AWS makes for one service to do its own work, and the only services that may use the role then. They
pass roles and change networks: in any other hands that is what it is.

Each service's guide tells to attach them to the role that it is given, whose trust names the service alone: AWS Backup,
"IAM service roles"; Amazon EKS, "Auto Mode cluster IAM role"; Amazon EBS, "IAM service roles for Amazon Data Lifecycle
Manager"; CodeDeploy, "Create a service role"; Elastic Beanstalk, "Managing service roles"; Amazon EMR, "Service role";
Amazon WorkSpaces, "Create the workspaces_DefaultRole Role".
Policies for people of AWS who help (`AWSShieldDRTAccessPolicy`) are none of them, nor is the one by which EventBridge
runs a customer's tasks.
"""

POD_POLICIES: dict[str, tuple[str, ...]] = {
    "AmazonEKS_CNI_Policy": ("kube-system:aws-node",),
    "service-role/AmazonEBSCSIDriverPolicy": ("kube-system:ebs-csi-controller-sa",),
    "service-role/AmazonEFSCSIDriverPolicy": ("kube-system:efs-csi-controller-sa", "kube-system:efs-csi-node-sa"),
}
"""Policies that AWS makes for the pods of an add-on of its clusters, and the service accounts that these run as.

Amazon EKS User Guide, "AWS add-ons": each add-on's policy is told to be attached to a role whose trust names the
add-on's service account.
"""

RUN_AS_CUSTOMER = ("AWSGlueServiceRole",)
"""Of these the ones that customers' own code runs with: they are no service's own work."""


SUPERSEDED: dict[str, str] = {
    "service-role/AmazonEC2RoleforSSM": "AmazonSSMManagedInstanceCore",
    "service-role/AmazonElasticMapReduceforEC2Role": "",
}
"""Policies of services that give an instance far more than what it needs, and that AWS tells to replace; by which of
its own, "" where that is to be a policy of the role's own.

AWS Systems Manager, "Configure instance permissions": AmazonSSMManagedInstanceCore in place of AmazonEC2RoleforSSM,
which reads and writes all buckets. Amazon EMR, "Service role for cluster EC2 instances": the v1 policies are given up,
the role's own policy names what its cluster works on.
"""

_LISTED = frozenset((*EXECUTION_POLICIES, *SERVICE_POLICIES, *POD_POLICIES))

_POD_IDENTITY = "pods.eks"
"""The service that lets pods use a role by EKS Pod Identity."""


def policy_name(policy: str) -> str:
    """The name, with its path, of an AWS-managed policy's ARN; "" for any other policy."""
    return managed_path(policy) or ""


def execution_policy(change: Change, delta: HolderDelta) -> str:
    """The listed policy that alone grants a change to a role that only what it is made for can use; else "".

    A module that nobody here could look into and that takes such a policy makes the role for it; so does one for whose
    role of instances, nodes or tasks, which it hands on, somebody attaches it. Access that another
    policy of the role grants as well is not excused: taking the other one away from the review must not make it weigh
    more.
    """
    name = managed_by(change, delta)
    if not _is_in_its_place(name, delta) or any(_covers(other, change.row) for other in _others(delta.grants)):
        return ""
    return name.rpartition("/")[2]


def is_service_work(name: str) -> bool:
    """Whether a policy is for a service's own work, so that no customer's code runs with it."""
    return name in {policy.rpartition("/")[2] for policy in SERVICE_POLICIES}.difference(RUN_AS_CUSTOMER)


def is_of_service(name: str) -> bool:
    """Whether AWS made a policy, by its name without a path, for the role of one of its services."""
    return name in {path.rpartition("/")[2] for path in _LISTED} or (
        managed_policy(f"arn:aws:iam::aws:policy/service-role/{name}") is not None
    )


def service_made_for(name: str) -> str:
    """The one service for whose role AWS made a policy, by its name without a path; "" if the list names none."""
    services = _by_name(SERVICE_POLICIES).get(name, ())
    return _host(services[0]) if len(services) == 1 else ""


def pods_made_for(name: str) -> str:
    """The one service account, `namespace/name`, for whose role AWS made a policy; "" if it is for others, too."""
    accounts = _by_name(POD_POLICIES).get(name, ())
    return "/".join(split_principal(accounts[0])) if len(accounts) == 1 and name not in EXECUTION_POLICIES else ""


def _by_name(listed: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return {path.rpartition("/")[2]: whose for path, whose in listed.items()}


def replaced_by(name: str) -> str | None:
    """What AWS tells to attach in place of a policy, by its name without a path: "" is one of the role's own."""
    return {path.rpartition("/")[2]: other for path, other in SUPERSEDED.items()}.get(name)


def is_in_its_place(change: Change, delta: HolderDelta) -> bool:
    """Whether the policy that grants a change is AWS's for just such a role as has it, so that none is to replace it.

    Of a policy of services that is not listed it is not known of which: any that no one but services use will do; not
    of one that AWS itself tells to replace.
    """
    name = managed_by(change, delta)
    if name in SUPERSEDED:
        return False
    if name not in _LISTED and name.startswith("service-role/"):
        return delta.trust is not None and all(_only_services(grant.statement) for grant in delta.trust)
    return _is_in_its_place(name, delta)


def may_be_for(change: Change, delta: HolderDelta) -> bool:
    """Whether the role may be the one that the policy is AWS's for: its service can use it, or nobody knows who can."""
    services = SERVICE_POLICIES.get(managed_by(change, delta), ())
    return delta.trust is None or any(_lets_in(grant.statement, services) for grant in delta.trust)


def _lets_in(statement: Statement, services: tuple[str, ...]) -> bool:
    entries = statement.principals.entries if statement.principals is not None else ()
    return any(str(one.identifier) in map(_host, services) for one in entries if one.type == "Service")


def only_pods(delta: HolderDelta) -> bool:
    """Whether the role is one of pods by their tokens, and not only of services."""
    return not all(_only_services(grant.statement) for grant in delta.trust or ())


def managed_by(change: Change, delta: HolderDelta) -> str:
    """The name, with its path, of the AWS-managed policy that grants a change; "" if none does."""
    names = (policy_name(grant.policy) for grant in delta.grants if grant.statement == change.statement)
    return next(filter(None, names), "")


def _is_in_its_place(name: str, delta: HolderDelta) -> bool:
    """Whether only the services or pods that the policy is made for use the role, as far as its trust is known."""
    pods = POD_POLICIES.get(name, ())
    if name not in _LISTED:
        return False
    if delta.trust is None:
        return name in EXECUTION_POLICIES and _is_of_module(delta.head)
    services = SERVICE_POLICIES.get(name, (_POD_IDENTITY,) if pods else ())
    return all(
        _only_services(grant.statement, () if name in EXECUTION_POLICIES else services)
        or _only_pods(grant.statement, pods)
        for grant in delta.trust
    )


def _is_of_module(role: PolicySubject | None) -> bool:
    """Whether a module that nobody here could look into makes the role: the one of a call, or one that it hands on."""
    if isinstance(role, Role):
        return role.name.startswith("${module.") and bool(role_of_output(role.name))
    return isinstance(role, UnreadModule)


def _only_services(statement: Statement, services: tuple[str, ...] = ()) -> bool:
    """Whether a statement of a trust lets in nobody but these services; none: nobody but services."""
    if statement.effect is Effect.DENY:
        return True
    principals = statement.principals
    return (
        principals is not None
        and not principals.negated
        and all(one.type == "Service" for one in principals.entries)
        and (not services or all(str(one.identifier) in map(_host, services) for one in principals.entries))
    )


def _host(service: str) -> str:
    return f"{service}.amazonaws.com"


def _only_pods(statement: Statement, accounts: tuple[str, ...]) -> bool:
    """Whether a statement of a trust takes the tokens of these service accounts only, each as `namespace:name`."""
    principals, wanted = statement.principals, {f"system:serviceaccount:{one}" for one in accounts}
    return (
        principals is not None
        and not principals.negated
        and all(one.type == "Federated" for one in principals.entries)
        and any(
            _asks_for_subject(one) and {str(value) for value in one.values} <= wanted for one in statement.conditions
        )
    )


def _asks_for_subject(condition: Condition) -> bool:
    is_equal = condition.operator.lower() in ("stringequals", "stringlike")
    return is_equal and condition.key.lower().endswith(":sub") and bool(condition.values)


def _others(grants: Iterable[Grant]) -> Iterator[Statement]:
    for grant in grants:
        ours = grant.kind is PolicyKind.IDENTITY and grant.statement.effect is Effect.ALLOW
        if ours and policy_name(grant.policy) not in _LISTED:
            yield grant.statement


def _covers(statement: Statement, row: Row) -> bool:
    """Whether a statement may grant a part of the row just as widely."""
    actions, resources = [str(one) for one in statement.actions], [str(one) for one in statement.resources]
    does = statement.not_action or any(_meet(a.lower(), b.lower()) for a in actions for b in row.actions)
    there = statement.not_resource or any(fnmatchcase(b, a) for a in resources for b in row.resources)
    return does and there


def _meet(left: str, right: str) -> bool:
    return fnmatchcase(left, right) or fnmatchcase(right, left)
