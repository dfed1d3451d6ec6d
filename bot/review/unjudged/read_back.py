"""Values that a root keeps at AWS and looks up again: what depends on them shows the look-up, never the value."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import StringValue, Value
from bot.extract.argument_reading import entry_of
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class _HeldValue:
    """What a type keeps: the arguments that hold it, and those by which its data source finds it."""

    held: tuple[str, ...]
    found_by: tuple[str, ...]
    read_by: str


_OBJECT = _HeldValue(("content", "content_base64", "source", "etag", "source_hash"), ("bucket", "key"), "aws_s3_object")
_HELD = {
    "aws_ssm_parameter": _HeldValue(
        ("value", "insecure_value", "value_wo", "value_wo_version"), ("name",), "aws_ssm_parameter"
    ),
    "aws_secretsmanager_secret_version": _HeldValue(
        ("secret_string", "secret_binary", "secret_string_wo", "secret_string_wo_version"),
        ("secret_id",),
        "aws_secretsmanager_secret_version",
    ),
    "aws_dynamodb_table_item": _HeldValue(("item",), ("table_name",), "aws_dynamodb_table_item"),
    "aws_s3_object": _OBJECT,
    "aws_s3_bucket_object": _OBJECT,
}


def is_read_back(kept: ResourceInstance, argument: str, root: Iterable[ResourceInstance]) -> bool:
    """Whether the argument holds what a data source of the root looks up, or may look up."""
    kind = _HELD.get(kept.type)
    if kind is None or argument not in ("", *kind.held):
        return False
    readers = (one for one in root if one.mode == "data" and one.type == kind.read_by)
    return any(all(_may_be_one(kept, one, name) for name in kind.found_by) for one in readers)


def _may_be_one(kept: ResourceInstance, reader: ResourceInstance, name: str) -> bool:
    """Whether both may have the same value for the argument: only two that are written out are known to differ."""
    both = (_written(entry_of(one.attributes, name)) for one in (kept, reader))
    return len({text for text in both if text is not None}) < 2


def _written(value: Value | None) -> str | None:
    if not isinstance(value, StringValue) or not all(isinstance(piece, str) for piece in value.pieces):
        return None
    return "".join(map(str, value.pieces))
