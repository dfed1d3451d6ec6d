"""A Terraform provider that plans the resource types of `resource_types` without any cloud: for recording plans only.

Served over the plugin protocol by the generated stubs of PyPI `tf`.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from tf.gen import grpc_controller_pb2 as controller
from tf.gen import grpc_controller_pb2_grpc as controller_rpc
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc
from tf.types import Unknown
from tf.utils import read_dynamic_value, to_dynamic_value

from tools.judge_modules.policy_document import DocumentError, rendered
from tools.judge_modules.resource_types import BLOCKS, DATA, RESOURCES, Attributes, Block

ACCOUNT, REGION = "123456789012", "eu-west-1"
NAMES = ("name", "bucket", "function_name", "identifier", "key_id")

_ARNS = {
    "aws_iam_role": "iam::{account}:role/{name}",
    "aws_iam_policy": "iam::{account}:policy/{name}",
    "aws_iam_user": "iam::{account}:user/{name}",
    "aws_iam_group": "iam::{account}:group/{name}",
    "aws_iam_instance_profile": "iam::{account}:instance-profile/{name}",
    "aws_s3_bucket": "s3:::{name}",
    "aws_kms_key": "kms:{region}:{account}:key/{name}",
    "aws_sns_topic": "sns:{region}:{account}:{name}",
    "aws_sqs_queue": "sqs:{region}:{account}:{name}",
    "aws_secretsmanager_secret": "secretsmanager:{region}:{account}:secret:{name}-AbCdEf",
    "aws_lambda_function": "lambda:{region}:{account}:function:{name}",
    "aws_db_instance": "rds:{region}:{account}:db:{name}",
}


class Provider(rpc.ProviderServicer):
    """Plans what is proposed; what is computed is unknown until it is applied."""

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The tables of `resource_types`."""
        return pb.GetProviderSchema.Response(
            provider=pb.Schema(block=_block({"region": "string o", "alias": "string o"}, {"assume_role": _ASSUME})),
            resource_schemas={name: _schema(name, attributes) for name, attributes in RESOURCES.items()},
            data_source_schemas={name: _schema(f"data.{name}", attributes) for name, attributes in DATA.items()},
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Anything goes."""
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Anything goes."""
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Anything goes."""
        return pb.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing to configure."""
        return pb.ConfigureProvider.Response()

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing runs."""
        return pb.StopProvider.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:  # noqa: N802
        """There is one version."""
        state = to_dynamic_value(json.loads(request.raw_state.json))
        return pb.UpgradeResourceState.Response(upgraded_state=state)

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing drifts."""
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What is proposed, computed attributes unknown."""
        prior, proposed = read_dynamic_value(request.prior_state), read_dynamic_value(request.proposed_new_state)
        if proposed is None:
            return pb.PlanResourceChange.Response(planned_state=request.proposed_new_state)
        attributes = RESOURCES[request.type_name]
        renewing = [
            name
            for name, spec in attributes.items()
            if prior is not None and "n" in spec.split()[1] and prior[name] != proposed[name]
        ]
        for name, spec in attributes.items():
            if "c" in spec.split()[1] and (proposed[name] is None or (renewing and "o" not in spec.split()[1])):
                proposed[name] = Unknown
        return pb.PlanResourceChange.Response(
            planned_state=to_dynamic_value(proposed),
            requires_replace=[
                pb.AttributePath(steps=[pb.AttributePath.Step(attribute_name=name)]) for name in renewing
            ],
        )

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Made-up ids and ARNs as AWS would give."""
        planned = read_dynamic_value(request.planned_state)
        if planned is None:
            return pb.ApplyResourceChange.Response(new_state=request.planned_state)
        return pb.ApplyResourceChange.Response(new_state=to_dynamic_value(_applied(request.type_name, planned)))

    def ReadDataSource(self, request: Any, context: Any) -> Any:  # noqa: N802
        """See `_data`."""
        config = read_dynamic_value(request.config)
        try:
            config.update(_data(request.type_name, config))
        except DocumentError as error:
            complaint = pb.Diagnostic(
                severity=pb.Diagnostic.ERROR, summary=f"writing IAM Policy Document: {error}", detail=""
            )
            return pb.ReadDataSource.Response(diagnostics=[complaint])
        return pb.ReadDataSource.Response(state=to_dynamic_value(config))


_ASSUME: Block = ("list", {"role_arn": "string o"}, {})


def _data(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    if kind == "aws_iam_policy_document":
        return {"json": rendered(config), "id": "1"}
    if kind == "aws_caller_identity":
        return {
            "id": ACCOUNT,
            "account_id": ACCOUNT,
            "arn": f"arn:aws:iam::{ACCOUNT}:user/planner",
            "user_id": "AIDAEXAMPLE",
        }
    if kind == "aws_partition":
        return {"id": "aws", "partition": "aws", "dns_suffix": "amazonaws.com"}
    return {"id": REGION, "name": config.get("name") or REGION, "description": "Europe (Ireland)"}


def _applied(kind: str, planned: dict[str, Any]) -> dict[str, Any]:
    given = (planned[name] for name in NAMES if isinstance(planned.get(name), str))
    name = next(given, f"terraform-{zlib.crc32(json.dumps(planned, default=str).encode()):010}")
    arn = "arn:aws:" + _ARNS.get(kind, "none:::{name}").format(name=name, account=ACCOUNT, region=REGION)
    made = {"arn": arn, "id": name, "managed_policy_arns": [], "policy": "", "secret": "generated"}
    return {key: made.get(key, name) if value is Unknown else value for key, value in planned.items()}


def _schema(key: str, attributes: Attributes) -> Any:
    return pb.Schema(version=0, block=_block(attributes, BLOCKS.get(key, {})))


def _block(attributes: Attributes, blocks: dict[str, Block]) -> Any:
    modes = {"list": pb.Schema.NestedBlock.LIST, "set": pb.Schema.NestedBlock.SET}
    return pb.Schema.Block(
        attributes=[_attribute(name, *spec.split()) for name, spec in attributes.items()],
        block_types=[
            pb.Schema.NestedBlock(type_name=name, nesting=modes[mode], block=_block(own, inner))
            for name, (mode, own, inner) in blocks.items()
        ],
    )


def _attribute(name: str, kind: str, flags: str) -> Any:
    outer, _, inner = kind.rstrip(")").partition("(")
    return pb.Schema.Attribute(
        name=name,
        type=json.dumps([outer, inner] if inner else outer).encode(),
        required="r" in flags,
        optional="o" in flags,
        computed="c" in flags,
        sensitive="s" in flags,
    )


class _Controller(controller_rpc.GRPCControllerServicer):
    def Shutdown(self, request: Any, context: Any) -> Any:  # noqa: N802
        return controller.Empty()


@contextmanager
def served() -> Iterator[str]:
    """Serve the provider; yields what TF_REATTACH_PROVIDERS must say for Terraform to use it as hashicorp/aws."""
    with tempfile.TemporaryDirectory() as directory:
        socket = str(Path(directory) / "provider.sock")
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        rpc.add_ProviderServicer_to_server(Provider(), server)
        controller_rpc.add_GRPCControllerServicer_to_server(_Controller(), server)
        server.add_insecure_port(f"unix://{socket}")
        server.start()
        address = {"Network": "unix", "String": socket}
        about = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True, "Addr": address}
        try:
            yield json.dumps({"registry.terraform.io/hashicorp/aws": about})
        finally:
            server.stop(0)
