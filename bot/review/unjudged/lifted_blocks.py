"""Blocks that no longer keep the public from a bucket whose policy or list another root of the repository writes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.mentions import spans
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.evaluated.value import ObjectValue
from bot.extract.argument_reading import entry_of, known
from bot.extract.extracted import PublicAccessBlock
from bot.late_pattern import late_pattern
from bot.review.unjudged.root_pair import RootPair

_WRITES = (b'"aws_s3_bucket_policy"', b'"aws_s3_bucket_acl"', b'"awscc_s3_bucket_policy"')
_OBJECT, _ACL = b'"aws_s3_object"', late_pattern(rb'\bacl"?\W{1,40}(?:public|authenticated)-read')
_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
_LOOKED_UP = late_pattern(rb'"terraform_remote_state"|data "aws_s3_bucket"')
"""By what another root comes to a bucket whose name it does not write."""


def lifted_blocks(head: SourceTree, root: RootPair) -> Iterator[Redefinition]:
    """One thing for each block before a bucket of the root that stays: other roots are not in view here."""
    names, here = root.head.names(), {one.address: one for one in root.head.resources if one.mode == "managed"}
    told = set[str]()
    for one, bucket in _lifted(root, names, here):
        there = _written_in(head, root.head.root.directory, _name(bucket) or "")
        if there and one.address not in told:
            told.add(one.address)
            reason = (
                f"{one.address} no longer keeps the public from {bucket.address}: public {one.stops} that {there} may "
                "write for it let in whom they name"
            )
            remedy = f"check what {there} lets into the bucket"
            yield redefinition(one.address, reason, remedy, tuple(_places(one, here.get(names.target(one.address)))))


def _lifted(
    root: RootPair, names: Names, here: Mapping[str, ResourceInstance]
) -> Iterator[tuple[PublicAccessBlock, ResourceInstance]]:
    """The blocks of the base that kept the public out of a bucket before which none of the head does."""
    firm = (one for one in root.after.public_access_blocks if _is_firm(one))
    still = {(_bucket(one, NO_NAMES), one.stops) for one in firm}
    for one in filter(_is_firm, root.before.public_access_blocks):
        bucket = here.get(_bucket(one, names)) or _of_its_name(one, root)
        if bucket is not None and {(bucket.address, one.stops), ("", one.stops)}.isdisjoint(still):
            yield one, bucket


def _of_its_name(one: PublicAccessBlock, root: RootPair) -> ResourceInstance | None:
    """What the head has of the name of a block's bucket, made by another type or looked up: it is there still."""
    address = "" if one.bucket is None else one.bucket.address
    name = next((_name(old) for old in root.base.resources if old.address == address), None)
    found = (new for new in root.head.resources if name and new.type in _BUCKETS and _name(new) == name)
    return next((new for new in found if not _keeps_out(new, one.stops)), None)


def _keeps_out(bucket: ResourceInstance, what: str) -> bool:
    """Whether a bucket's own block says that it keeps public policies or lists from letting anybody in."""
    said = bucket.attribute("public_access_block_configuration")
    firm = "restrict_public_buckets" if what == "policies" else "ignore_public_acls"
    return isinstance(said, ObjectValue) and known(entry_of(said, firm)) == "true"


_BUCKETS = ("aws_s3_bucket", "awscc_s3_bucket")


def _name(bucket: ResourceInstance) -> str | None:
    return known(bucket.attribute("bucket_name" if bucket.type.startswith("awscc_") else "bucket"))


def _bucket(one: PublicAccessBlock, names: Names) -> str:
    """The address of a block's bucket; "" of the account's."""
    return "" if one.bucket is None else names.target(one.bucket.address)


def _is_firm(one: PublicAccessBlock) -> bool:
    return not one.only_new


def _written_in(tree: SourceTree, directory: str, name: str) -> str:
    """The first other folder whose configuration writes a policy or list of a bucket that may be this one.

    A folder that is handed what it writes of, as a module, may be handed a bucket that another one names.
    """
    texts, named = texts_elsewhere(tree, directory), _named(name)
    asking = [_LOOKED_UP, named] + [_IS_HANDED] * any(map(named.search, texts.values()))
    writing = ((folder, text) for folder, text in texts.items() if _lets_in(text))
    found = (folder for folder, text in writing if any(one.search(text) for one in asking))
    return next((folder or "the top directory" for folder in found), "")


def texts_elsewhere(tree: SourceTree, directory: str) -> Mapping[str, bytes]:
    """The configuration of each folder but one, all files of a folder together."""
    folders: dict[str, list[bytes]] = {}
    for path in sorted(tree.listing):
        if path.endswith(_SUFFIXES) and posixpath.dirname(path) != directory:
            folders.setdefault(posixpath.dirname(path), []).append(tree.read(path) or b"")
    return {folder: b"\n".join(each) for folder, each in folders.items()}


_IS_HANDED = late_pattern(rb'\bbucket"?\W{1,40}var\.')


def _lets_in(text: bytes) -> bool:
    return any(each in text for each in _WRITES) or (_OBJECT in text and _ACL.search(text) is not None)


def _named(name: str) -> re.Pattern[bytes]:
    """A bucket's name in an argument or an ARN; nothing of one whose name is not known."""
    return re.compile(
        rb'(?:[=,\[]|"[^\s\w])\s*"%b"|[^\s"]%b["/]' % ((re.escape(name.encode()),) * 2) if name else rb"(?!)"
    )


def _places(one: PublicAccessBlock, new: ResourceInstance | None) -> Iterator[Place]:
    if new is not None:
        yield from (("head", span) for _, value in new.attributes.entries for span in spans(value))
        yield "head", new.span
    yield from (("base", step.span) for step in one.trail)
