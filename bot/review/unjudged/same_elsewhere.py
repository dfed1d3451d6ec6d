"""Things that are what they were to whoever is given them, and are elsewhere, or called otherwise, from now on."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import Side
from bot.evaluated.mentions import spans
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.extract.argument_reading import known


def same_elsewhere(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """Of each such thing what is not looked at."""
    yield from _states(base, head)
    yield from _buckets(base, head)
    yield from _taken_names(base, head)


def _states(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """States that are looked up at another place, where their root keeps it too (`Thing.may_be`)."""
    there, known = head.names(), base.blocks
    before = {there.target(one.address): one for one in known if one.thing is not None}
    for one in head.resources:
        old = before.get(one.address)
        if old is None or one.thing is None or old.thing is None or one.thing.asked == old.thing.asked:
            continue
        if one.thing.may_be(old.thing):
            whose = one.thing.root or "the top directory"
            yield redefinition(
                one.address,
                f"{one.address}: the state of {whose} is looked up at another place, where it may say something else",
                "check that the state was copied there, and who may write to it",
                (*_places("head", one), *_places("base", old)),
            )


def _buckets(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """Buckets that had a name of their own and get one from Terraform (`Names.generated`)."""
    there = head.names()
    before = {there.target(one.address): one for one in base.resources if one.mode == "managed"}
    for one in head.resources:
        old = before.get(one.address) if one.address in there.generated else None
        if old is not None and old.attribute("bucket") is not None:
            yield redefinition(
                one.address,
                f"{one.address}: it gets a name that only Terraform knows, by which no policy's text can call it: "
                "what denies or allows something on the one it had does not hold for it",
                "check that no Deny or condition names the bucket by its text",
                (*_places("head", one, "bucket_prefix"), *_places("base", old, "bucket")),
            )


_NAMED = frozenset({"aws_iam_group", "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role", "aws_iam_user"})


def _taken_names(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """What gets the name that another block's thing had: who names it, in other roots or by hand, gets another one."""
    there = head.names()
    before = {there.target(one.address): one for one in base.resources if one.type in _NAMED and one.mode == "managed"}
    had = {_called(one): address for address, one in before.items()}
    for one in head.resources:
        old, other = before.get(one.address), had.get(_called(one))
        if old is None or other is None or _called(old) == _called(one) or block_of(other) == block_of(one.address):
            continue
        yield redefinition(
            one.address,
            f"{one.address} gets the name that {other} had: whatever goes by that name elsewhere comes to this one",
            "check who goes by that name in other roots and accounts",
            (*_places("head", one, "name"), *_places("base", old, "name")),
        )


def _called(one: ResourceInstance) -> tuple[str, object, str] | None:
    """Its type, the account that it is in, and its name, which no other one of that type has there."""
    name = known(one.attribute("name"))
    return (one.type, one.home.key, name) if name else None


def _places(side: Side, one: ResourceInstance, *names: str) -> Iterator[Place]:
    values = (value for name, value in one.attributes.entries if not names or name in names)
    yield from ((side, span) for value in values for span in spans(value))
    yield side, one.span
