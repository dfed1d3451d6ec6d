"""Calls and blocks that hold no access, and whose values decide what else there is, or whom a policy names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import looked_up_by, symbols_in
from bot.evaluated.diagnostic import Side
from bot.evaluated.document import Symbol, Text
from bot.evaluated.mentions import account_numbers, inside, spans, symbols
from bot.evaluated.redefinition import Others, Place
from bot.evaluated.value import NullValue, StringValue, Value
from bot.extract.argument_reading import entry_of
from bot.extract.extracted import Extracted
from bot.extract.remote_table import carries_no_policy
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Statement
from bot.late_pattern import late_pattern
from bot.review.unjudged.asked_for import is_called_as_somebody, tags_in, without_humps
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.handed_secrets import hands_out_secret
from bot.review.unjudged.inner_values import names_other
from bot.review.unjudged.leaves import leaves
from bot.review.unjudged.read_back import is_read_back
from bot.review.unjudged.root_pair import AWS, LOCAL, RootPair
from bot.type_registry.registry import known_type
from bot.type_registry.type_facts import TypeClass

_LABEL = late_pattern(r"cloudposse/(?:config|label|stack-config|template|terraform-null-label|utils)\b")
"""Modules that make nothing, and are there for what others make of their outputs: any argument may be in any."""

_LABELS_TAGS = frozenset({"additional_tag_map", "descriptor_formats", "labels_as_tags", "tags"})
"""Arguments of a label that are in its tags alone."""

_SWITCHES = late_pattern(r"enabled|create(?:_\w+)?")
_OF_NAMES = frozenset({"attributes", "environment", "name", "namespace", "stage", "tenant"})
"""The tags that a label makes of its other arguments, in small letters."""

_DRAWS = {"random_shuffle": "input"}
"""Blocks that make nothing at AWS and give one of the values that an argument lists."""

_SENT: Mapping[str, tuple[str, ...]] = {
    "aws_cloudtrail": ("cloud_watch_logs_group_arn",),
    "aws_cloudwatch_event_target": ("arn",),
    "aws_cloudwatch_log_destination": ("target_arn",),
    "aws_cloudwatch_log_subscription_filter": ("destination_arn",),
    "aws_dynamodb_kinesis_streaming_destination": ("stream_arn",),
    "aws_flow_log": ("log_destination",),
    "aws_lambda_function_event_invoke_config": ("destination_config",),
    "aws_oam_link": ("sink_identifier",),
    "aws_pipes_pipe": ("target",),
    "aws_route53_resolver_query_log_config": ("destination_arn",),
    "aws_s3_bucket_notification": ("lambda_function", "queue", "topic"),
    "aws_scheduler_schedule": ("target",),
    "aws_sns_topic_subscription": ("endpoint",),
    "aws_wafv2_web_acl_logging_configuration": ("log_destination_configs",),
}
"""Blocks that send logs, events or messages on, and the arguments that say where to."""
_FROM = frozenset({
    "bucket", "event_bus_name", "function_name", "log_group_name", "resource_arn", "rule", "source", "table_name",
    "topic_arn", "vpc_id",
})  # fmt: skip
"""Of what they send."""

_REQUESTS: Mapping[str, tuple[str, str, frozenset[str]]] = {
    "aws_api_gateway_integration": (
        "credentials",
        "uri",
        frozenset({"integration_http_method", "request_parameters", "request_templates", "uri"}),
    ),
    "aws_apigatewayv2_integration": (
        "credentials_arn",
        "integration_uri",
        frozenset({"integration_subtype", "integration_uri", "request_parameters"}),
    ),
}
"""Blocks by which an API asks AWS as a role: what says as whom, where to, and for what."""

_SIGNED, _TRUSTS = "tls_locally_signed_cert", "aws_rolesanywhere_trust_anchor"

_TAGS = frozenset({"default_tags", "tags", "tags_all", "volume_tags"})

IsIt = Callable[[Symbol], bool]


def decides_by_value(pair: Pair, name: str, root: RootPair, asked: Iterable[str]) -> bool:
    """Whether an argument of such a block is another, and its values stand where they decide about access.

    `asked` are the condition keys that policies ask for. Of a block that is new what names it is new, too.
    """
    found = (
        _is_read_back,
        hands_out_secret,
        is_called_as_somebody,
        _is_signed_for,
        _goes_to_another_account,
        _asks_otherwise,
    )
    if any(decides(pair, name, root) for decides in found):
        return True
    if pair.is_one_sided:
        return False
    paths = frozenset(_changed(pair, name))
    parts = frozenset(path[0] for path in paths)
    first = _given(pair.some, parts)
    if first is None:
        return False
    given = _handed_on(root, first)
    return _is_named(root, given) or _gives_tag(root, given, paths, asked)


def _is_read_back(pair: Pair, name: str, root: RootPair) -> bool:
    """Whether it is a file that the run makes, and reads again."""
    return pair.some.type.startswith(LOCAL) and is_read_back(pair, name, root.head if pair.old else root.base)


def outputs_otherwise(base: EvaluatedConfig, head: EvaluatedConfig) -> Others:
    """The root's outputs that evaluate otherwise and may name somebody, or what somebody has access to."""
    there = {one.name: one for one in base.outputs if head.root.kind == "root"}  # others have no state of their own
    found: dict[str, tuple[Place, ...]] = {}
    for one in head.outputs:
        old = there.get(one.name)
        if old is not None and names_other(one.name, old.attributes.get("value"), one.attributes.get("value")):
            sides: tuple[tuple[Side, ResourceInstance], ...] = (("head", one), ("base", old))
            looked_up = ((side, step) for side, each in sides for step in looked_up_by(symbols_in(each.attributes)))
            found[one.name] = (
                *((side, step.span) for side, step in looked_up),
                *((side, span) for side, each in sides for span in spans(each.attributes)),
            )
    return found


def _is_signed_for(pair: Pair, name: str, root: RootPair) -> bool:
    """Whether a certificate is signed, or for another key, where roles are handed to whom such a certificate shows."""
    if pair.new is None or pair.some.type != _SIGNED or name != "cert_request_pem":
        return False
    trusting = (one for one in root.head.resources if one.type == _TRUSTS)
    return any("tls_" in symbol.name for one in trusting for symbol in symbols(one.attributes))


def _goes_to_another_account(pair: Pair, name: str, root: RootPair) -> bool:
    """Whether logs, events or messages go to an account from now on, or others do, that nothing else of the base names.

    What is sent to one's own account is read by whoever may read it there. Where nothing says which account that is, a
    destination that stays or is new is taken for one's own.
    """
    where = _SENT.get(pair.some.type, ())
    if pair.new is None or name not in (*where, *_FROM):
        return False
    accounts = _accounts(*(pair.new.attribute(each) for each in where))
    if pair.old is not None and name in where:
        accounts -= _accounts(pair.old.attribute(name))
    elif not _own_accounts(root):
        return False
    return bool(accounts) and bool(accounts - _own_accounts(root) - _known_accounts(root, pair))


def _accounts(*values: Value | None) -> frozenset[str]:
    texts = [one for value in values if value is not None for one in inside(value) if isinstance(one, StringValue)]
    return frozenset(account for one in texts for piece in one.pieces for account in account_numbers(str(piece)))


def _own_accounts(root: RootPair) -> frozenset[str]:
    given = root.base.root.settings.account_id
    return _accounts(*(one.attributes for one in root.base.providers)) | frozenset([given] if given else ())


def _known_accounts(root: RootPair, pair: Pair) -> frozenset[str]:
    """The accounts that the base names elsewhere than in this block."""
    return _accounts(*(one.attributes for one in root.base.blocks if one is not pair.old))


def _asks_otherwise(pair: Pair, name: str, root: RootPair) -> bool:
    """Whether an API asks AWS for something else as the role that it has: not a function, which is a program."""
    row = _REQUESTS.get(pair.some.type)
    if row is None or pair.old is None or pair.new is None or name not in row[2]:
        return False
    role, where, _ = row
    if isinstance(entry_of(pair.new.attributes, role), NullValue | None):
        return False
    asked = entry_of(pair.new.attributes, where)
    return asked is None or not any("lambda" in str(one) for one in (asked, *symbols(asked)))


def _changed(pair: Pair, name: str) -> Iterator[tuple[str, ...]]:
    """The ways to what differs, of a label's `context` within that."""
    for path, _ in leaves(name, *pair.values(name)):
        yield path[1:] if path[0] == "context" and len(path) > 1 else path


def _given(one: ResourceInstance, parts: frozenset[str]) -> IsIt | None:
    """Whether a symbol is of an output that follows from these arguments; None of what hands nothing on."""
    if one.mode == "module" and carries_no_policy(one.type):
        return _naming(one, _outputs(one, parts))
    return _naming(one, "") if _DRAWS.get(one.type) in parts else None


def _outputs(one: ResourceInstance, parts: frozenset[str]) -> str:
    if not _LABEL.search(one.type):
        switched = any(map(_SWITCHES.fullmatch, parts))
        return "" if switched else rf"\.(?:{'|'.join(map(re.escape, sorted(parts)))})(?!\w)"
    if parts <= _LABELS_TAGS:
        return r"\.(?:tags|additional|descriptors)"
    return "" if parts & {"context", "enabled"} or "label" not in one.type else r"\.(?!enabled\b)"


def _naming(one: ResourceInstance, output: str) -> IsIt:
    pattern = re.compile(rf"(?<![\w-]){re.escape(block_of(one.address))}" + (output or r"(?![\w-])"))
    return lambda symbol: pattern.search(block_of(symbol.name)) is not None


def _handed_on(root: RootPair, first: IsIt) -> IsIt:
    """Whether a symbol is of it, or of a label that is made of it."""
    labels = [one for one in root.head.resources if one.mode == "module" and _LABEL.search(one.type)]
    given = [first]
    for is_it in given:  # grows by the labels that are made of one
        made = [one for one in labels if any(map(is_it, symbols(one.attributes)))]
        labels = [one for one in labels if one not in made]
        given += [_naming(one, "") for one in made]
    return lambda symbol: any(is_it(symbol) for is_it in given)


def _is_named(root: RootPair, given: IsIt) -> bool:
    """Whether anything hangs on it that may be access: that it is there, who has it, or what it says."""
    said, own = root.after, frozenset(str(one) for one in root.after.arn_names.values())
    return (
        any(_may_be_access(one) and _hangs_on(one, given) for one in root.head.resources)
        or any(_names_other(grant, own, given) for grant in said.grants)
        or any(map(given, (symbol for gap in said.gaps for symbol in gap.unknown)))
        or any(map(given, _of_people(said)))
    )


def _may_be_access(one: ResourceInstance) -> bool:
    if one.mode == "module":
        return not carries_no_policy(one.type)
    facts = known_type(one.type)
    known = facts is None or facts.type_class is not TypeClass.IRRELEVANT
    return one.mode == "managed" and one.type.startswith(AWS) and known


def _hangs_on(one: ResourceInstance, given: IsIt) -> bool:
    return any(given(variable) for guard in one.guards for variable in guard.variables)


def _names_other(grant: Grant, own: frozenset[str], given: IsIt) -> bool:
    """Whether a statement is in force by it, or names by it something else than a block of the root."""
    if any(given(variable) for guard in grant.guards for variable in guard.variables):
        return True
    named = (str(text) for text in _texts(grant.statement) if any(map(given, _symbols(text))))
    return any(not any(text.startswith(one) for one in own) for text in named)


def _texts(statement: Statement) -> Iterator[Text]:
    yield from (*statement.actions, *statement.resources)
    yield from (text for one in statement.conditions for text in one.values)
    yield from () if statement.principals is None else (one.identifier for one in statement.principals.entries)


def _symbols(text: Text) -> Iterator[Symbol]:
    return (part for part in text.parts if isinstance(part, Symbol))


def _of_people(said: Extracted) -> Iterator[Symbol]:
    """What names those who become others that are no block of the root, and whom they become."""
    there, targets = said.addresses, (one.target for one in (*said.edges, *said.latent_edges))
    named = {one for one in targets if isinstance(one, str)}
    named |= {holder.name for holder in _holders(said) if holder.address not in there | said.calls}
    yield from (Symbol(name) for name in named - there if "${" in name)
    calls = {holder.address for holder in _holders(said)} | named
    yield from (Symbol(f"{address}.name") for address in calls & said.calls)


def _holders(said: Extracted) -> Iterator[PolicySubject]:
    return (grant.holder for grant in said.grants)


def _tags_of(paths: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The tags that follow from what differs: those that are given, and what a label makes of its other arguments."""
    for path in paths:
        yield from path[1:] if path[0] == "tags" else _OF_NAMES


def _gives_tag(root: RootPair, given: IsIt, paths: Iterable[tuple[str, ...]], asked: Iterable[str]) -> bool:
    """Whether it gives a tag that a policy asks for to something."""
    tags = tags_in(asked)
    given_anew = frozenset(map(without_humps, _tags_of(paths)))
    if given_anew.isdisjoint(tags) and not (tags and ("tags",) in paths):
        return False
    blocks = (*root.head.resources, *root.head.providers)
    values = (value for one in blocks for name, value in one.attributes.entries if str(name) in _TAGS)
    return any(given(symbol) for value in values for symbol in symbols(value))
