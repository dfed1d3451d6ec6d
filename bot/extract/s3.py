"""What S3 buckets let in apart from bucket policies: ACLs, and the public access block that stops public policies."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from itertools import chain

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, blocks, field, header, items, known, nested, origin, string
from bot.extract.choices import spelled_out
from bot.extract.extracted import PublicAccessBlock
from bot.extract.facts import Fact, ImpliedStatement
from bot.extract.permissions import given, resource_text
from bot.extract.public import OWN_ACCOUNT, acl_of
from bot.extract.reference import ResourceIndex, holder_of
from bot.extract.resource_policies import resource_policy, standing_on
from bot.iam.canonical_user import CANONICAL, is_of_account
from bot.iam.policy_subject import PolicySubject, Resource
from bot.iam.statement import Condition, Effect, PrincipalEntry, Principals, Statement

GROUPS: Mapping[str, str] = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "*",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "AWS",
}

LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
DELIVERS_LOGS = "logging.s3.amazonaws.com"
"""The group that writes S3's access logs, and the service as which policies name it."""

SAME_ACCOUNT = Condition("StringEquals", "aws:SourceAccount", (Text((Symbol(OWN_ACCOUNT),)),))
"""Whose logs it delivers by an ACL: "Both the source and destination buckets must be in the same AWS Region and owned
by the same account" (Amazon S3, User Guide, Logging requests with server access logging)."""

CANNED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "public-read": ("*", ("READ",)),
    "public-read-write": ("*", ("READ", "WRITE")),
    "authenticated-read": ("AWS", ("READ",)),
    "log-delivery-write": ("Service", ("WRITE", "READ_ACP")),
    "private": ("", ()),
}
"""Whom a canned ACL names besides the owner, and what for; the others are of images and of objects' owners."""


def _with_full_control(parts: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """The permissions of an ACL with the one that is all of them (AmazonS3/latest/userguide/acl-overview.html)."""
    return {**parts, "FULL_CONTROL": tuple(chain.from_iterable(parts.values()))}


ON_BUCKET = _with_full_control(
    {
        "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
        "READ_ACP": ("s3:GetBucketAcl",),
        "WRITE_ACP": ("s3:PutBucketAcl",),
    }
)
ON_OBJECTS = _with_full_control({"WRITE": ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion")})

OF_OBJECT = _with_full_control(
    {
        "READ": ("s3:GetObject", "s3:GetObjectVersion"),
        "READ_ACP": ("s3:GetObjectAcl", "s3:GetObjectVersionAcl"),
        "WRITE_ACP": ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"),
    }
)
"""What the permissions of an ACL allow, by what the ACL is of."""

BLOCKS: Mapping[str, tuple[str, ...]] = {
    "policies": ("restrict_public_buckets", "block_public_policy"),
    "ACLs": ("ignore_public_acls", "block_public_acls"),
}
"""What a public access block stops, and by which of its arguments: the first lets nobody in by those that stand ("Only
AWS service principals and authorized users within the bucket owner's account", "causes Amazon S3 to ignore all public
ACLs"), the second keeps from writing more ("doesn't affect existing policies or ACLs"; Amazon S3, API Reference,
PublicAccessBlockConfiguration)."""


def bucket(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A bucket: its inline policy, and the ACL arguments that older providers have on it."""
    yield from resource_policy(instance, index)
    yield from acl(instance, index)


def acl(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A canned ACL or a list of grants: of a bucket, in aws_s3_bucket_acl, or of one object."""
    for one in spelled_out(instance, ("acl", "grant", "access_control_policy", "bucket", "key")):
        stands_on = "" if instance.type == "aws_s3_bucket" else "bucket"
        for _, holder, through in standing_on(one, index, stands_on):
            for named, permission in (*_canned(one), *_granted(one)):
                who = _by_account(named, one, index)
                if who is not None:
                    yield from _statements(one, holder, through, who, permission)


def public_access_block(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A public access block: while it is there, public bucket policies or ACLs let nobody in from outside."""
    of_account = instance.type == "aws_s3_account_public_access_block"
    buckets = (None,) if of_account else tuple(holder for _, holder, _ in standing_on(instance, index, "bucket"))
    for stops, names in BLOCKS.items():
        holding = {name: value for name in names if known(value := argument(instance, name)) == "true"}
        trail = join_trails(*map(origin, holding.values()), instance.existence, (header(instance),))
        for holder in buckets if holding and not instance.guards else ():
            firm, refuses = (name in holding for name in names)
            beyond = frozenset(_in_other_accounts(instance, index) if holder is None else ())
            yield PublicAccessBlock(holder, instance.address, trail, stops, not firm, refuses, beyond)


def _in_other_accounts(instance: ResourceInstance, index: ResourceIndex) -> Iterator[str]:
    made = (one for one in index.by_address.values() if one.type.startswith("aws_s3_"))
    return (one.address for one in made if one.made_by.account != instance.made_by.account)


def _canned(instance: ResourceInstance) -> Iterator[tuple[PrincipalEntry, str]]:
    value = argument(instance, "acl")
    kind, permissions = CANNED.get(known(value) or "", ("", ()))
    who = DELIVERS_LOGS if kind == "Service" else "*"
    for permission in permissions:
        yield PrincipalEntry(kind, text(who, origin(value))), permission


def _grants(instance: ResourceInstance) -> Iterator[ObjectValue]:
    """The grants; not one to the owner whom the same list names: S3 takes no other than whose the bucket is already."""
    yield from nested(instance, "grant")
    for policy in nested(instance, "access_control_policy"):
        owners = {str(owner) for one in blocks(field(policy, "owner")) if (owner := string(field(one, "id")))}
        for grant in blocks(field(policy, "grant")):
            grantees = (string(field(one, "id")) for one in blocks(field(grant, "grantee")))
            if not any(one is not None and str(one) in owners for one in grantees):
                yield grant


def says_whom(instance: ResourceInstance) -> bool:
    """Whether each grant of a bucket's ACL names somebody, and a permission that is known."""
    return all(who is not None and _PERMISSIONS.issuperset(written) for who, written in _named(instance))


def _by_account(who: PrincipalEntry, instance: ResourceInstance, index: ResourceIndex) -> PrincipalEntry | None:
    """Whom a grant names, by the account where that is another provider's canonical user.

    None for the account that makes the bucket, in the bucket's own list: it has all of it anyway.
    """
    named = index.find(who.identifier, ("aws_canonical_user_id",), instance.address)
    if who.type != CANONICAL or not is_of_account(str(who.identifier)) or named is None:
        return who
    if named.made_by.account == instance.made_by.account:
        return None if instance.type == "aws_s3_bucket" else who
    return PrincipalEntry("AWS", _account(named.made_by.account, who)) if named.made_by.account else who


def _account(name: str, who: PrincipalEntry) -> Text:
    symbol = Symbol(name.removeprefix("${").removesuffix("}"))
    return Text((name if name.isdigit() else symbol,), who.identifier.trail)


_PERMISSIONS = frozenset((*ON_BUCKET, *ON_OBJECTS))


def _named(instance: ResourceInstance) -> Iterator[tuple[PrincipalEntry | None, list[str | None]]]:
    """Whom each grant names, and the permissions; None for what is not known."""
    for grant in _grants(instance):
        written = [known(item) for name in ("permission", "permissions") for item in items(field(grant, name))]
        yield _grantee(next(blocks(field(grant, "grantee")), grant)), written or [None]


def _granted(instance: ResourceInstance) -> Iterator[tuple[PrincipalEntry, str]]:
    for entry, written in _named(instance):
        for permission in written:
            if entry is not None and permission is not None:
                yield entry, permission


def _grantee(block: ObjectValue) -> PrincipalEntry | None:
    uri, identifier = string(field(block, "uri")), string(field(block, "id"))
    if uri is not None and uri.literal in GROUPS:
        return PrincipalEntry(GROUPS[uri.literal or ""], text("*", uri.trail))
    if uri is not None and uri.literal == LOG_DELIVERY:
        return PrincipalEntry("Service", text(DELIVERS_LOGS, uri.trail))
    return None if identifier is None else PrincipalEntry(CANONICAL, identifier)


def _statements(
    instance: ResourceInstance, holder: PolicySubject, through: Value | None, who: PrincipalEntry, permission: str
) -> Iterator[ImpliedStatement]:
    for actions, resource in _allowed_on(instance, resource_text(holder, through)):
        if permission in actions:
            statement = Statement(
                effect=Effect.ALLOW,
                actions=tuple(text(action, who.identifier.trail) for action in actions[permission]),
                resources=(resource,),
                principals=Principals((who,), trail=who.identifier.trail),
                conditions=(SAME_ACCOUNT,) if who.type == "Service" else (),
                trail=(header(instance),),
            )
            yield dataclasses.replace(given(instance, holder, statement, through), policy=acl_of(instance.address))


def _allowed_on(instance: ResourceInstance, bucket_arn: Text) -> tuple[tuple[Mapping[str, tuple[str, ...]], Text], ...]:
    """What an ACL's permissions allow, and on what."""
    if instance.type not in ("aws_s3_bucket", "aws_s3_bucket_acl"):
        key = string(argument(instance, "key"))
        name = key.parts if key is not None else (Symbol(f"{instance.address}.key"),)
        return ((OF_OBJECT, Text((*bucket_arn.parts, "/", *name))),)
    return (ON_BUCKET, bucket_arn), (ON_OBJECTS, Text((*bucket_arn.parts, "/*"), bucket_arn.trail))


ACCESS_GRANTS: Mapping[str, tuple[str, ...]] = {
    "READ": ("s3:GetObject",),
    "WRITE": ("s3:PutObject", "s3:DeleteObject"),
    "READWRITE": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
}


def access_grant(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """An S3 access grant: a principal or directory identity gets a prefix of a registered location."""
    permission = known(argument(instance, "permission")) or ""
    location = string(argument(instance, "access_grants_location_id"))
    prefix = next(
        (string(field(one, "s3_sub_prefix")) for one in nested(instance, "access_grants_location_configuration")),
        None,
    )
    for block in nested(instance, "grantee"):
        who = string(field(block, "grantee_identifier"))
        if who is None or permission not in ACCESS_GRANTS:
            continue
        at = Symbol(f"S3 location {location}")
        statement = Statement(
            effect=Effect.ALLOW,
            actions=tuple(
                text(action, origin(argument(instance, "permission"))) for action in ACCESS_GRANTS[permission]
            ),
            resources=(Text((at, "/", *(prefix.parts if prefix is not None else ("*",)))),),
            principals=Principals((PrincipalEntry("AWS", who),), trail=who.trail),
            trail=(header(instance),),
        )
        yield given(instance, holder_of(instance, Resource, index.root), statement)
