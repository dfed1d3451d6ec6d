"""The secrets of access keys that were there, and go where others read them: outputs, files, texts of machines."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.mentions import plain, spans, symbols
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.value import Value
from bot.late_pattern import late_pattern
from bot.review.unjudged.changed_blocks import Pair, same_places
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition, Irrelevance
from bot.review.unjudged.leaves import leaves
from bot.review.unjudged.root_pair import AWS, RootPair

_KEYS_SECRET = late_pattern(r"((?:[\w.-]+\.)?aws_iam_access_key\.[\w-]+)\.(?:secret|ses_smtp_password_v4)\b")
_PAIRS_SECRET = late_pattern(r"((?:[\w.-]+\.)?tls_private_key\.[\w-]+)\.private_key\w*")
"""Of the private half of a key by which people come to machines, where a pair names it."""
_PAIR = late_pattern(r"((?:[\w.-]+\.)?tls_private_key\.[\w-]+)(?:\.|\Z)")
_KEY_LOOKED_UP = late_pattern(r"(data\.\w+\.\w*secret_?access_?key\w*)(?:\.|\Z)", re.IGNORECASE)
"""Of what finds a secret that is kept somewhere, where it is called as AWS calls an access key's."""

_KEY_PAIR = "aws_key_pair"
_STARTS = frozenset({"container_definitions", "environment", "user_data", "user_data_base64"})
"""Arguments of AWS's blocks by which a machine, function or task gets a text, which whoever describes it reads."""

_STARTED_BY = frozenset({"cloudinit_config", "template_cloudinit_config", "template_file"})
"""Data sources that put such a text together."""

_KEPT = late_pattern(r"secret|variable|file")
"""How types are called that keep a text for others."""
_KEPT_WHERE = frozenset({
    "cluster", "environment", "filename", "group", "mount", "name", "namespace", "path", "project", "repository",
    "selected_repository_ids", "variable_set_id", "visibility", "workspace_id",
})  # fmt: skip


def hands_out_secret(pair: Pair, name: str, root: RootPair) -> bool:
    """Whether the secret of an access key that was there goes where it did not: to another system, into a file, or to
    what a machine is started with."""
    one = pair.new
    if one is None or not _takes_secret(one, name):
        return False
    there = frozenset(_keys(root.base))
    if not any(one in there or one.startswith("data.") for one in _secrets(one.attributes)):
        return False
    before, after = map(_secrets, pair.values(name))
    return bool(after - before) or (_is_kept_there(one, name) and not pair.is_one_sided)


def secrets_in_texts(root: RootPair) -> Iterator[Disposition]:
    """What is open of the data sources that put together what a machine is started with."""
    for pair in _texts_in_pairs(root):
        given = (name for name in pair.arguments if hands_out_secret(pair, name, root))
        yield from (_given_secret(pair, *leaf) for name in given for leaf in leaves(name, *pair.values(name)))


def _texts_in_pairs(root: RootPair) -> Iterator[Pair]:
    """The look-ups that put texts together and say something else than before, under whatever label."""
    before, now = same_places(root.base, root.head), _put_together(root.head)
    there = {one.address for one in now}
    labelled = {_said(one): one for one in _put_together(root.base) if one.address not in there}
    for new in now:
        old = before.get(new.address, labelled.get(_said(new)))
        if old is None or _said(old) != _said(new):
            yield Pair(old, new, tuple(str(name) for name, _ in new.attributes.entries))


def _put_together(config: EvaluatedConfig) -> list[ResourceInstance]:
    return [one for one in config.blocks if one.mode == "data" and one.type in _STARTED_BY]


def _said(one: ResourceInstance) -> Hashable:
    """What a look-up says by itself: under another label it is the same one."""
    return one.type, plain(one.attributes), one.guards


def _given_secret(pair: Pair, path: tuple[str, ...], value: Value) -> Disposition:
    one, program = pair.some, (ArgumentOutcome.IRRELEVANT, Irrelevance.PROGRAM)
    outcome, rule = (ArgumentOutcome.OPEN, None) if _secrets(value) else program
    places: tuple[Place, ...] = (*(("head", span) for span in spans(value)), ("head", one.span))
    return Disposition(one.mode, one.type, one.address, path[0], outcome, rule, path, places)


def _takes_secret(one: ResourceInstance, name: str) -> bool:
    """Whether what an argument of a block says is read by others than who may read the key."""
    if one.mode == "data":
        return one.type in _STARTED_BY
    return one.mode == "managed" and (name in _STARTS or not one.type.startswith(AWS))


def _is_kept_there(one: ResourceInstance, name: str) -> bool:
    """Whether an argument says where a text is kept for others."""
    return name in _KEPT_WHERE and _KEPT.search(one.type) is not None


def secrets_handed_out(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """The root's outputs that hold the secret of a key that was there, and was in none of them."""
    known = frozenset(_keys(base)) if head.outputs else frozenset()
    known -= frozenset(secret for one in base.outputs for secret in _secrets(one.attributes))
    for one in head.outputs:
        for key in sorted(_secrets(one.attributes) & known):
            yield redefinition(
                f"{one.address} ({key})",
                f"output {one.name} hands out the secret of {key}, which was there: who reads it has that key's access",
                "check who reads the outputs of this configuration, and whether they are printed in a log",
                (("head", one.span),),
            )


def _keys(config: EvaluatedConfig) -> Iterator[str]:
    """The keys of a root, as blocks, that sign in to AWS or its machines."""
    opening = [one.attributes for one in config.resources if one.type == _KEY_PAIR]
    named = {found[1] for each in opening for one in symbols(each) if (found := _PAIR.search(block_of(one.name)))}
    there = {block_of(one.address) for one in config.resources if one.mode == "managed"}
    yield from (block for block in there if _PAIR.fullmatch(block) is None or block in named)


def _secrets(value: Value | None) -> frozenset[str]:
    """The keys of which a value holds the secret: those of blocks, and access keys that are looked up."""
    if value is None:
        return frozenset()
    names = [block_of(symbol.name) for symbol in symbols(value)]
    found = (way.search(name) for name in names for way in (_KEYS_SECRET, _PAIRS_SECRET, _KEY_LOOKED_UP))
    return frozenset(match[1] for match in found if match is not None)
