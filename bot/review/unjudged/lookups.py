"""Data sources that look up another thing at head under the same name, and who uses what they find."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import MAX_LINES, Side, Span
from bot.evaluated.document import Symbol
from bot.evaluated.mentions import mentions, plain, spans, symbols
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.thing import Asked, Thing
from bot.extract.readers import FAMILIES

INERT = frozenset(
    {
        "archive_file", "aws_availability_zone", "aws_availability_zones", "aws_billing_service_account",
        "aws_caller_identity", "aws_cloudfront_log_delivery_canonical_user_id", "aws_cloudtrail_service_account",
        "aws_default_tags", "aws_ec2_instance_type", "aws_ec2_instance_type_offerings", "aws_ec2_instance_types",
        "aws_eks_addon_version", "aws_eks_cluster_versions", "aws_elastic_beanstalk_hosted_zone",
        "aws_elb_hosted_zone_id", "aws_elb_service_account",
        "aws_lb_hosted_zone_id", "aws_partition", "aws_pricing_product", "aws_rds_engine_version",
        "aws_rds_orderable_db_instance", "aws_redshift_service_account", "aws_region", "aws_regions",
        "aws_s3_account_public_access_block", "aws_service", "aws_servicequotas_service_quota", "null_data_source",
    }
)  # fmt: skip
"""They look nothing up that access could be given to, by or on, whatever their arguments say."""

NETWORK = frozenset(
    {
        "aws_acm_certificate", "aws_ami", "aws_ami_ids", "aws_cloudfront_cache_policy",
        "aws_cloudfront_origin_request_policy", "aws_cloudfront_response_headers_policy", "aws_customer_gateway",
        "aws_db_subnet_group", "aws_ebs_snapshot", "aws_ebs_volume", "aws_ec2_managed_prefix_list",
        "aws_ec2_transit_gateway", "aws_ec2_transit_gateway_route_table", "aws_ec2_transit_gateway_vpc_attachment",
        "aws_eip", "aws_eips", "aws_internet_gateway", "aws_key_pair", "aws_lb", "aws_lb_listener",
        "aws_lb_target_group", "aws_nat_gateway", "aws_nat_gateways", "aws_network_acls", "aws_network_interface",
        "aws_network_interfaces", "aws_prefix_list", "aws_route_table", "aws_route_tables", "aws_route53_zone",
        "aws_security_group", "aws_security_groups", "aws_subnet", "aws_subnet_ids", "aws_subnets", "aws_vpc",
        "aws_vpc_endpoint", "aws_vpc_peering_connection", "aws_vpcs", "dns_a_record_set", "tls_certificate",
    }
)  # fmt: skip
"""Networks, names and images: of interest only where something that carries access names them."""

PROGRAMS = frozenset({"external", "aws_lambda_invocation", "shell_script"})
"""They run something, whether or not anybody uses what it prints."""

_ACTS = frozenset({"null_resource", "terraform_data", "shell_script", "aws_cloudformation_stack"})
_REMEDY = "check what is found there now, and who may get what by it"


def repointed(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """The data sources of both sides that ask for something else, if anything of AWS is another because of it."""
    there = {one.here: one for one in base.resources if one.mode == "data"}
    found: dict[str, None] = {}
    users = functools.cache(lambda: tuple(_different(base, head)))
    for new in head.resources:
        old = there.get(new.address)
        if old is None or new.mode != "data" or new.type in INERT:
            continue
        asked = _differing(old.thing, new.thing)
        block = f"data.{new.type}.{new.name}"
        if asked and block_of(new.address) not in found and _matters(new, block, users()):
            found[block_of(new.address)] = None
            yield redefinition(
                new.address,
                f"{block_of(new.address)} looks up something else ({', '.join(one.name for one in asked)}): "
                "what is named after it stands for another thing than before",
                _REMEDY,
                tuple(_places(old, new, asked)),
                block,
            )


def _different(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[ResourceInstance]:
    """The blocks of both sides that are not as on the other one."""
    sides = [(*config.resources, *config.latent, *config.providers) for config in (base, head)]
    for mine, theirs in (sides, reversed(sides)):
        there = {(one.address, plain(one.attributes), one.guards) for one in theirs}
        yield from (one for one in mine if (one.address, plain(one.attributes), one.guards) not in there)


def _differing(old: Thing | None, new: Thing | None) -> tuple[Asked, ...]:
    """The arguments by which another thing is asked for."""
    before, after = ({one.name: one for one in (thing and thing.asked) or ()} for thing in (old, new))
    every = {**before, **after}
    return tuple(one for name, one in every.items() if before.get(name) != after.get(name))


def _matters(one: ResourceInstance, block: str, users: Iterable[ResourceInstance]) -> bool:
    if one.type in PROGRAMS:
        return True
    mentioned = mentions(block)
    return any(
        _concerns(user, one.type) and user.here != one.address and any(map(mentioned, _symbols(user))) for user in users
    )


def _symbols(user: ResourceInstance) -> Iterator[Symbol]:
    yield from symbols(user.attributes)
    for guard in user.guards:
        yield from guard.variables


def _concerns(user: ResourceInstance, kind: str) -> bool:
    """Whether a block could give access by what it is told; one of another system is another system's."""
    if kind in NETWORK:
        return user.type in FAMILIES
    if user.mode == "data":
        return user.thing is not None
    if user.mode == "provider":
        return user.type == "aws"
    return user.mode == "module" or user.type in _ACTS or user.type.startswith(("aws_", "awscc_"))


def _places(old: ResourceInstance, new: ResourceInstance, asked: Sequence[Asked]) -> Iterator[Place]:
    sides: tuple[tuple[Side, ResourceInstance], ...] = (("head", new), ("base", old))
    for one in asked:
        if one.file:
            yield "head", Span(one.file, 1, 1, MAX_LINES, 1)
    for side, instance in sides:
        values = (instance.attribute(one.name) for one in asked)
        yield from ((side, span) for value in values if value is not None for span in spans(value))
    yield from ((side, one.span) for side, one in sides)
