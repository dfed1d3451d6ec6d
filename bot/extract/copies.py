"""What is copied to another account: whoever works there reads the copies, whatever the original's policies say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Diagnostic
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.thing import HERE, Home
from bot.evaluated.value import ObjectValue
from bot.extract.argument_reading import blocks, field, header, in_force, known, nested, string
from bot.extract.choices import spelled_out
from bot.extract.extracted import ExtractionGap, UnseenPlace
from bot.extract.facts import Fact
from bot.extract.permissions import given, principal_entry, resource_text
from bot.extract.public import OWN_ACCOUNT
from bot.extract.reference import ResourceIndex
from bot.extract.resource_policies import standing_on
from bot.iam.statement import Condition, Effect, Principals, Statement

_IMAGES = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_OBJECTS = ("s3:GetObject",)


def images(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A registry's replication: each rule's destinations get the images of the repositories that it filters."""
    for one in spelled_out(instance, ("replication_configuration",)):
        for each in nested(one, "replication_configuration"):
            for rule in blocks(field(each, "rule")):
                for destination in blocks(field(rule, "destination")):
                    account = string(field(destination, "registry_id"))
                    yield from _copied(one, index, "", account, _IMAGES, _repositories(rule))


def _repositories(rule: ObjectValue) -> tuple[Text, ...]:
    """The ARNs of the repositories that a rule is for: those whose names begin as it filters."""
    filters = tuple(blocks(field(rule, "repository_filter")))
    names = (string(field(each, "filter")) for each in filters) if filters else (text(""),)
    return tuple(Text(("arn:aws:ecr:*:*:repository/", *one.parts, "*"), one.trail) for one in names if one is not None)


def objects(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """A bucket's replication: the account of the other bucket gets the objects that a rule filters.

    Of a bucket of the root the provider says the account. That of another one S3 asks only where the copies are to be
    that account's ("if you direct Amazon S3 to change replica ownership", S3 API, Destination): else it is a gap.
    """
    for one in spelled_out(instance, ("rule",)):
        for rule in nested(one, "rule"):
            if known(field(rule, "status")) == "Disabled":
                continue
            for destination in blocks(field(rule, "destination")):
                yield from _to_account(one, index, destination, rule)


def _to_account(
    instance: ResourceInstance, index: ResourceIndex, destination: ObjectValue, rule: ObjectValue
) -> Iterator[Fact]:
    account, bucket = (string(field(destination, name)) for name in ("account", "bucket"))
    made = None if bucket is None else index.find(bucket, ("aws_s3_bucket",), instance.address)
    known_by = _made_in(made, instance)
    yield from _copied(instance, index, "bucket", account or known_by, _OBJECTS, _filtered(rule), _tagged(rule))
    asked = account is not None and field(destination, "access_control_translation") is not None
    is_here = made is not None and _home(made) == _home(instance)
    if bucket is not None and not (asked or is_here or known_by):
        yield _unsaid(instance, bucket, rule)


def _made_in(made: ResourceInstance | None, instance: ResourceInstance) -> Text | None:
    """The account of a bucket of the root that another provider makes, where that says it."""
    home = _home(made)
    return None if made is None or home == _home(instance) or not home.number else text(home.number, in_force(made))


def _home(one: ResourceInstance | None) -> Home:
    return HERE if one is None or one.thing is None else one.thing.home


def _unsaid(instance: ResourceInstance, bucket: Text, rule: ObjectValue) -> ExtractionGap:
    """That nobody here knows whose the copies are, and of which objects they are."""
    reason = f"{instance.address} copies objects to {bucket}, and nothing here says whose bucket that is"
    remedy = "Say its account (`destination { account = ... }`), so that it can be compared."
    source = string(instance.attribute("bucket"))
    whose = () if source is None or any(isinstance(part, Symbol) for part in source.parts) else (source,)
    which = (*whose, *_filtered(rule), *(value for one in _tagged(rule) for value in one.values))
    spans = tuple(dict.fromkeys((*(step.span for one in (bucket, *which) for step in one.trail), instance.span)))
    told = Diagnostic(DiagnosticKind.HELD_ELSEWHERE, reason, "", spans[0], remedy)
    what = " ".join(map(str, (bucket, *which)))
    return ExtractionGap(told, instance.address, UnseenPlace(instance.address, what), spans[: 1 + len(which)])


def _filtered(rule: ObjectValue) -> tuple[Text, ...]:
    """The keys of the objects that a rule is for, as the ends of their ARNs; () for all."""
    outer = list(blocks(field(rule, "filter")))
    inner = [each for one in outer for each in blocks(field(one, "and"))]
    prefixes = (string(field(one, "prefix")) for one in (rule, *outer, *inner))
    return tuple(Text(("/", *one.parts, "*"), one.trail) for one in prefixes if one is not None)


def _tagged(rule: ObjectValue) -> tuple[Condition, ...]:
    """The tags that objects have to bear, of one filter or of all that one is."""
    outer = list(blocks(field(rule, "filter")))
    pairs = [(known(field(tag, "key")), field(tag, "value")) for one in outer for tag in blocks(field(one, "tag"))]
    for one in (each for block in outer for each in blocks(field(block, "and"))):
        tags = field(one, "tags")
        pairs += tags.entries if isinstance(tags, ObjectValue) else ()
    found = ((key, string(value)) for key, value in pairs)
    return tuple(
        Condition("StringEquals", f"s3:ExistingObjectTag/{key}", (value,), value.trail)
        for key, value in found
        if key and value is not None
    )


def _copied(
    instance: ResourceInstance,
    index: ResourceIndex,
    stands_on: str,
    who: Text | None,
    actions: Sequence[str],
    what: tuple[Text, ...],
    conditions: tuple[Condition, ...] = (),
) -> Iterator[Fact]:
    if who is None or who.parts == (Symbol(OWN_ACCOUNT),):
        return
    for _, holder, through in standing_on(instance, index, stands_on):
        whole = resource_text(holder, through)
        statement = Statement(
            effect=Effect.ALLOW,
            actions=tuple(text(action, who.trail) for action in actions),
            resources=tuple(_of(whole, one) for one in what) or (_of(whole, text("/*")),),
            principals=Principals((principal_entry(who),), trail=who.trail),
            conditions=conditions,
            trail=(header(instance),),
        )
        yield given(instance, holder, statement)


def _of(whole: Text, part: Text) -> Text:
    """A part of a thing; an ARN of its own stays as it is."""
    is_end = str(part).startswith("/")
    return Text((*whole.parts, *part.parts), part.trail) if is_end else part
