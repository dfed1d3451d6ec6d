"""What of a block a policy asks for: its tags, a key's alias, an access point of a file system, a principal's name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from bot.evaluated.document import Text
from bot.evaluated.mentions import inside
from bot.evaluated.value import StringValue, Value
from bot.extract import Extracted
from bot.extract.argument_reading import argument, known
from bot.iam.arn import Arn, has_wildcard, keys_of_variables, service_of, tag_in
from bot.iam.grant import Grant
from bot.iam.statement import Effect, Statement
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.leaves import leaves
from bot.review.unjudged.root_pair import RootPair

_BY_TYPE = {
    "aws_efs_access_point": ((), frozenset({"elasticfilesystem:accesspointarn"})),
    "aws_guardduty_malware_protection_plan": (
        ("actions",),
        frozenset({"s3:existingobjecttag/guarddutymalwarescanstatus"}),
    ),
    "aws_kms_alias": (("name", "target_key_id"), frozenset({"kms:requestalias", "kms:resourcealiases"})),
}
"""Arguments by which a block is what conditions ask for by some keys; () for all that it has."""

_LETS_TAGS_COUNT = frozenset({"aws_s3_bucket_abac"})
"""Types by whose blocks policies may ask for tags of what is there."""

_TAGS = frozenset({"tag", "tag_specification", "tag_specifications", "tags", "tags_all", "volume_tags"})
"""Arguments that give tags to what a block makes, or what that makes."""


def keys_asked_for(grants: Iterable[Grant]) -> frozenset[str]:
    """The keys, in small letters, that conditions ask for or that stand in policies as variables."""
    return frozenset(key.lower() for grant in grants for key in _keys(grant.statement))


def _keys(statement: Statement) -> Iterator[str]:
    for one in statement.conditions:
        yield from _of_services(one.key, statement)
    for text in (*statement.resources, *(value for one in statement.conditions for value in one.values)):
        for part in text.parts:
            yield from keys_of_variables(part) if isinstance(part, str) else ()


def _of_services(key: str, statement: Statement) -> Iterator[str]:
    """A key that asks for a tag of what a request is for, as those of the services that the actions are of: only their
    things can have it ("Use this key to compare the tag key-value pair that you specify in the policy with the
    key-value pair attached to the resource", IAM User Guide, aws:ResourceTag)."""
    services = {service_of(action.literal or "*").lower() for action in statement.actions}
    is_open = statement.not_action or not services or any(map(has_wildcard, services))
    if is_open or not key.lower().startswith(_OF_RESOURCE):
        yield key
    else:
        yield from (f"{service}{key[len(_ANY) :]}" for service in services)


_ANY = "aws"
_OF_RESOURCE = f"{_ANY}:resourcetag/"


def asked_for(pair: Pair, name: str, keys: frozenset[str]) -> tuple[str, ...]:
    """What differs of a block that a policy asks for, as the names on the way to it."""
    arguments, wanted = _BY_TYPE.get(pair.some.type, ((), frozenset[str]()))
    if keys & wanted and name in (arguments or (name,)):
        return (name,)
    tags = tags_in(key for key in keys if not _is_of_others(key, pair.some.type))
    return _asked_by_tags(pair, name, tags) if tags else ()


def _asked_by_tags(pair: Pair, name: str, tags: frozenset[str]) -> tuple[str, ...]:
    """What differs of a block that gives, or lets count, tags of which a policy asks for some."""
    if pair.some.type in _LETS_TAGS_COUNT:
        return () if pair.new is None else (name,)
    return _of_one_tag(pair, name, tags) if pair.some.type.endswith("_tag") else _of_tags(pair, name, tags)


def tags_in(keys: Iterable[str]) -> frozenset[str]:
    """The tags that keys ask for, as `without_humps` has them."""
    return frozenset(without_humps(tag) for key in keys if (tag := tag_in(key)))


def without_humps(tag: str) -> str:
    """A tag in small letters without underscores: `leaves` writes `CostCenter` as Terraform writes names."""
    return tag.lower().replace("_", "")


def _is_of_others(key: str, kind: str) -> bool:
    """Whether a key is of a service's own things, and a type of block makes none of these: Amazon EC2 knows
    `ec2:ResourceTag/${TagKey}` of what it makes alone (Service Authorization Reference)."""
    service = service_of(key)
    own = next((services for start, services in _SERVICES.items() if kind.startswith(start)), ())
    return service != _ANY and bool(own) and not service.startswith(own) and kind != "aws_lambda_capacity_provider"


_SERVICES: Mapping[str, tuple[str, ...]] = {
    "aws_api_gateway_": ("apigateway", "execute-api"),
    "aws_apigatewayv2_": ("apigateway", "execute-api"),
    "aws_chatbot_": ("chatbot",),
    "aws_cloudfront_": ("cloudfront",),
    "aws_cloudwatch_": ("cloudwatch", "events", "logs"),
    "aws_cognito_": ("cognito",),
    "aws_dynamodb_": ("dynamodb",),
    "aws_iam_": ("iam", "sts"),
    "aws_kms_": ("kms",),
    "aws_lambda_": ("lambda",),
    "aws_route53_": ("route53",),
    "aws_s3_": ("s3",),
    "aws_secretsmanager_": ("secretsmanager",),
    "aws_sns_": ("sns",),
    "aws_sqs_": ("sqs",),
    "aws_ssm_": ("ssm",),
}
"""How types begin whose blocks make nothing but things of some services, and how these are called in actions; machines
that functions run on are Amazon EC2's."""


def _of_one_tag(pair: Pair, name: str, tags: frozenset[str]) -> tuple[str, ...]:
    """Of a block that is a tag: its key and its value."""
    keys = {known(argument(one, "key")) or "" for one in (pair.old, pair.new) if one is not None}
    return (name,) if name in ("key", "value") and not tags.isdisjoint(map(without_humps, map(str, keys))) else ()


def _of_tags(pair: Pair, name: str, tags: frozenset[str]) -> tuple[str, ...]:
    """A tag that differs, by its name or, where tags are pairs of a key and a value, with the keys beside it."""
    differs = tuple(leaves(name, *pair.values(name))) if name in _TAGS else ()
    named = next((path for path, _ in differs if without_humps(path[-1]) in tags), ())
    return named or ((name,) if differs and _keyed(pair.values(name), tags) else ())


def _keyed(sides: Iterable[Value | None], tags: frozenset[str]) -> bool:
    """Whether one of the tags is the key of a pair."""
    every = (each for side in sides if side is not None for each in inside(side))
    return any(isinstance(each, StringValue) and without_humps(each.known or "") in tags for each in every)


PRINCIPALS = frozenset({"aws_iam_role", "aws_iam_user"})
_CALLED_BY = frozenset({"name", "path"})


def is_called_as_somebody(pair: Pair, name: str, root: RootPair) -> bool:
    """Whether a role or user gets a name that a policy of the root knows, and that stays as it is: whoever has the name
    has what that gives. A Deny may know the name of before."""
    if pair.old is None or pair.new is None or pair.some.type not in PRINCIPALS or name not in _CALLED_BY:
        return False
    before, now = _arn(pair.old.address, root.before), _arn(pair.new.address, root.after)
    stays = _named_by(root.before.grants) & _named_by(root.after.grants)
    return before is not None and now is not None and any(_tells_apart(*one, before, now) for one in stays)


def _tells_apart(effect: Effect, written: str, before: Arn, now: Arn) -> bool:
    """Whether who is named so is a principal by its name of now and not by the one before; of a Deny the other way
    round, too."""
    arn = Arn.parse(written)
    was, is_so = (arn is not None and _is(arn, one) for one in (before, now))
    return was != is_so and (is_so or effect is Effect.DENY)


def _arn(address: str, root: Extracted) -> Arn | None:
    """The ARN of a principal, with its account where its provider says that one's number."""
    found, own = root.arn_names.get(address), root.accounts.said_of(address)
    account = next(iter(own)) if len(own) == 1 else ""
    return dataclasses.replace(found, account=account) if found is not None and account.isdigit() else found


def _is(written: Arn, one: Arn) -> bool:
    """Whether a principal, or a session of it, is among whom an ARN names."""
    return written.covers(one) or fnmatchcase(one.name, written.session_of)


def _named_by(grants: Iterable[Grant]) -> set[tuple[Effect, str]]:
    """Who policies let in, ask for in conditions or let others do something with."""
    return {(one.statement.effect, str(text)) for one in grants for text in _named(one.statement)}


def _named(statement: Statement) -> Iterator[Text]:
    yield from statement.resources
    yield from (value for one in statement.conditions for value in one.values)
    if statement.principals is not None:
        yield from (one.identifier for one in statement.principals.entries)
