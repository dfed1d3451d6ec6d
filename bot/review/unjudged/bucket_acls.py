"""Of which buckets all is known that ACLs grant, so that where one stands, and that it counts, gives nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.value import Unknown
from bot.extract.argument_reading import argument, entry_of, known, string
from bot.extract.reference import ResourceIndex
from bot.extract.resource_policies import ROWS, standing_on
from bot.extract.s3 import BLOCKS, CANNED, says_whom
from bot.iam.policy_subject import PolicySubject, Resource
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.disposition import JUDGED, ArgumentOutcome, Found, Irrelevance
from bot.review.unjudged.root_pair import RootPair

ACL = "aws_s3_bucket_acl"
OWNERSHIP = "aws_s3_bucket_ownership_controls"
BLOCK = "aws_s3_bucket_public_access_block"

_OF_ACCOUNT = "aws_s3_account_public_access_block"

_BUCKET = "aws_s3_bucket"
_GRANTING = ("grant", "access_control_policy")
_GIVES_NOBODY = frozenset({"private", "log-delivery-write"})
"""Canned ACLs by which nobody else comes to a bucket but S3, to write its logs, which is compared."""


def of_acl(
    pair: Pair,
    name: str,
    sides: tuple[EvaluatedConfig, EvaluatedConfig],
    known_: tuple[ResourceIndex, ResourceIndex],
    there: Mapping[str, object],
) -> Found | None:
    """What becomes of the bucket that an ACL is of, of whether ACLs count there, and of what keeps the public out.

    `known_` are the blocks of both sides by name, `there` the base's by the addresses that the head has for them.
    """
    before, after = known_
    if is_settled(pair, name):
        return JUDGED
    if went_along(pair, sides, before, there) or (pair.new is None and blocks_nothing(pair, sides, after)):
        return ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ()
    comes = (
        blocks_everything(pair, after, there)
        or blocks_nothing(pair, sides, after)
        or only_lets_acls_count(pair, sides, before, after)
    )
    return (ArgumentOutcome.IRRELEVANT, Irrelevance.NEW, ()) if comes else None


def is_settled(pair: Pair, name: str) -> bool:
    """Whether the bucket that an ACL is of, or its list of grants, makes no difference besides what is compared."""
    sides = [one for one in (pair.old, pair.new) if one is not None]
    if pair.some.type != ACL:
        return (pair.some.type, name) == (_BUCKET, "grant") and all(map(says_whom, sides))
    if name == "access_control_policy":
        return all(_is_canned(one) or says_whom(one) for one in sides)
    return name == "bucket" and all(map(_is_read_whole, sides))


def _is_read_whole(one: ResourceInstance) -> bool:
    """Whether a block's ACL is a canned one of which extraction says whom it names: grants may name anybody."""
    return _is_canned(one) and not any(entry_of(one.attributes, name) for name in _GRANTING)


def _is_canned(one: ResourceInstance) -> bool:
    return known(argument(one, "acl")) in CANNED


def only_lets_acls_count(
    pair: Pair,
    sides: tuple[EvaluatedConfig, EvaluatedConfig],
    before: ResourceIndex,
    after: ResourceIndex,
) -> bool:
    """Whether new ownership controls make ACLs count that name nobody, of a bucket that is new or had one that counted.

    ACLs cannot be set while they do not count ("requests to set access control lists (ACLs) or update ACLs fail and
    return the AccessControlListNotSupported error code", Amazon S3, User Guide, ACL overview): one that the base
    writes counted before.
    """
    base, head = sides
    controls = pair.new if pair.old is None else None
    if controls is None or controls.type != OWNERSHIP:
        return False
    holders = set(_holders(controls, after))
    if len(holders) != 1 or controls.guards:
        return False
    if not all(_names_nobody(one) for one in _acls(head, after, holders)):
        return False
    return any(_acls(base, before, holders)) or _are_new(holders, base, head)


def blocks_everything(pair: Pair, after: ResourceIndex, there: Mapping[str, object]) -> bool:
    """Whether a block keeps the public from a bucket in every way there is, and was not there, or is wherever the
    bucket is.

    `there` are the base's blocks by the addresses that the head has for them.
    """
    new = pair.new if pair.old is None else None
    if new is None or new.type != BLOCK or not _stops_all(new):
        return False
    named = string(argument(new, "bucket"))
    bucket = None if named is None else after.find(named, (), new.address)
    return new.address not in there or (bucket is not None and _is_bucket(bucket) and bucket.guards == new.guards)


def blocks_nothing(pair: Pair, sides: tuple[EvaluatedConfig, EvaluatedConfig], after: ResourceIndex) -> bool:
    """Whether a block that keeps nobody from a bucket is gone, or came with its bucket: whom that lets in is compared.

    AWS keeps the public from a bucket that is made without one, so that of a bucket that was there it may be more.
    """
    one = pair.some
    every = (name for names in BLOCKS.values() for name in names)
    if one.type != BLOCK or not pair.is_one_sided or not all(_is_off(one, name) for name in every):
        return False
    return pair.new is None or _are_new(set(_holders(one, after)), *sides)


def _is_off(one: ResourceInstance, name: str) -> bool:
    value = argument(one, name)
    return value is None or known(value) == "false"


def lifts_unseen(pair: Pair, name: str, root: RootPair, before: ResourceIndex) -> bool:
    """Whether a block no longer keeps the public from buckets whose policies nobody sees, as they are not this root's.

    The first argument of each of its halves keeps everybody out, the second only keeps from writing more that lets in.
    """
    if pair.old is None or not _lifts(pair.old, pair.new, name):
        return False
    holders = {one.address for one in _holders(pair.old, before) if isinstance(one, Resource)}
    seen = {one.address for one in _buckets(root.base)} - set(_unread(root, before))
    return pair.some.type == _OF_ACCOUNT or not holders <= seen


def _lifts(old: ResourceInstance, new: ResourceInstance | None, name: str) -> bool:
    """Whether an argument of a block of public access stopped something that the head's does not stop any more, which
    may stand before another bucket."""
    if old.type not in (BLOCK, _OF_ACCOUNT):
        return False
    if name == "bucket":
        return any(_stops(old, names) for names in BLOCKS.values())
    if not _stops(old, (name,)):
        return False
    half = next((names for names in BLOCKS.values() if name in names), ())
    return new is None or not _stops(new, half[:1])


def _unread(root: RootPair, before: ResourceIndex) -> Iterator[str]:
    """The addresses of what stands behind policies that could not be read, or that whoever calls a module gives."""
    yield from (one.address for side in (root.before, root.after) for gap in side.gaps for one in gap.holders)
    for one in root.base.resources:
        row = ROWS.get(one.type)
        if row is not None and isinstance(argument(one, row.policy), Unknown):
            yield from (holder.address for _, holder, _ in standing_on(one, before, row.stands_on))


def _stops_all(one: ResourceInstance) -> bool:
    return all(_stops(one, (name,)) for names in BLOCKS.values() for name in names)


def _stops(one: ResourceInstance, names: Collection[str]) -> bool:
    return any(known(argument(one, name)) == "true" for name in names)


def went_along(
    pair: Pair, sides: tuple[EvaluatedConfig, EvaluatedConfig], before: ResourceIndex, there: Mapping[str, object]
) -> bool:
    """Whether what limited a bucket is gone with the bucket, and no other bucket has come that may be the same; or only
    where the bucket is.

    `there` are the base's blocks by the addresses that the head has for them.
    """
    old = pair.old if pair.new is None else None
    if old is None or old.type not in (BLOCK, OWNERSHIP) or sides[1].forgotten:
        return False
    holders = {holder.address for holder in _holders(old, before) if isinstance(holder, Resource)}
    return bool(holders) and (_are_gone(holders, *sides, there) or _is_wherever(old, holders, sides[1]))


def _is_wherever(old: ResourceInstance, holders: set[str], head: EvaluatedConfig) -> bool:
    """Whether the head still has the block, wherever it has these buckets."""
    here, names = _by_address(head), head.names()
    block = {one.address: one for one in head.blocks}.get(names.target(old.address))
    buckets = [here.get(names.target(one)) for one in holders]
    return block is not None and all(one is not None and one.guards == block.guards for one in buckets)


def _are_gone(holders: set[str], base: EvaluatedConfig, head: EvaluatedConfig, there: Mapping[str, object]) -> bool:
    """Whether these are buckets of the base, none is left at head, and none has come that may be one of them."""
    here, names = _by_address(head), head.names()
    gone = [one for address, one in _by_address(base).items() if address in holders]
    left = here.keys() & {names.target(one) for one in holders}
    come = [one for address, one in here.items() if address not in there]
    return len(gone) == len(holders) and not left and not _may_be_one(gone, come)


def _holders(one: ResourceInstance, known_: ResourceIndex) -> Iterator[PolicySubject]:
    return (holder for _, holder, _ in standing_on(one, known_, "" if _is_bucket(one) else "bucket"))


def _acls(
    config: EvaluatedConfig, known_: ResourceIndex, holders: Collection[PolicySubject]
) -> Iterator[ResourceInstance]:
    """The blocks that write the ACL of one of these buckets."""
    for one in config.blocks:
        written = one.type == ACL or (
            _is_bucket(one) and any(entry_of(one.attributes, name) for name in ("acl", *_GRANTING))
        )
        if one.mode == "managed" and written and not set(_holders(one, known_)).isdisjoint(holders):
            yield one


def _names_nobody(one: ResourceInstance) -> bool:
    return _is_read_whole(one) and known(argument(one, "acl")) in _GIVES_NOBODY


def _are_new(holders: Collection[PolicySubject], base: EvaluatedConfig, head: EvaluatedConfig) -> bool:
    """Whether none of the buckets was there, under whatever label: none that is gone may be one of them, and none is
    imported."""
    there, here = _by_address(base), _by_address(head)
    new = {holder.address for holder in holders if isinstance(holder, Resource)}
    if len(new) != len(holders) or not new <= here.keys() - there.keys() - head.imported:
        return False
    gone = [one for address, one in there.items() if address not in here]
    return not _may_be_one(gone, [here[address] for address in new])


def _by_address(config: EvaluatedConfig) -> dict[str, ResourceInstance]:
    return {one.address: one for one in _buckets(config)}


def _may_be_one(gone: Iterable[ResourceInstance], come: Sequence[ResourceInstance]) -> bool:
    """Whether one of the buckets that are gone may be one of those that have come."""
    return any(_may_be(old, new) for old in gone for new in come)


def _may_be(old: ResourceInstance, new: ResourceInstance) -> bool:
    """Whether two buckets may be one: they are called alike, or by what is not known."""
    before, after = (known(argument(one, "bucket")) for one in (old, new))
    return before is None or after is None or before == after


def _buckets(config: EvaluatedConfig) -> Iterator[ResourceInstance]:
    return (one for one in config.blocks if _is_bucket(one) and one.mode == "managed")


def _is_bucket(one: ResourceInstance) -> bool:
    row = RESOURCE_TYPES.get(one.type)
    return row is not None and row.reading is Reading.BUCKET
