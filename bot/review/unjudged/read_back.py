"""Values that a root keeps at AWS and looks up again: what depends on them shows the look-up, never the value."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.document import Symbol
from bot.evaluated.mentions import mentions, plain, symbols
from bot.evaluated.value import StringValue
from bot.extract.argument_reading import entry_of
from bot.frozen import dataclass
from bot.iam.arn import is_arn, without_version
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.root_pair import AWS, LOCAL
from bot.type_registry.registry import carries_access, is_program


@dataclass(frozen=True, slots=True)
class _HeldValue:
    """What a type keeps: the arguments that hold it, those by which it is found, and the data sources that do."""

    held: tuple[str, ...]
    found_by: tuple[str, ...]
    read_by: tuple[str, ...]


_OBJECT = _HeldValue(
    ("content", "content_base64", "source", "etag", "source_hash"),
    ("bucket", "key"),
    ("aws_s3_object", "aws_s3_bucket_object", "aws_s3_objects", "aws_s3_bucket_objects"),
)
_FILE = _HeldValue(
    ("content", "content_base64", "sensitive_content", "source"), ("filename",), ("local_file", "local_sensitive_file")
)
_HELD = {
    "aws_ssm_parameter": _HeldValue(
        ("value", "insecure_value", "value_wo", "value_wo_version"),
        ("name",),
        ("aws_ssm_parameter", "aws_ssm_parameters_by_path"),
    ),
    "aws_secretsmanager_secret_version": _HeldValue(
        ("secret_string", "secret_binary", "secret_string_wo", "secret_string_wo_version"),
        ("secret_id",),
        ("aws_secretsmanager_secret_version", "aws_secretsmanager_secrets"),
    ),
    "aws_dynamodb_table_item": _HeldValue(("item",), ("table_name",), ("aws_dynamodb_table_item",)),
    "aws_s3_object": _OBJECT,
    "local_file": _FILE,
    "local_sensitive_file": _FILE,
    "aws_s3_bucket_object": _OBJECT,
}

_TOGETHER = frozenset(
    {"aws_s3_objects", "aws_s3_bucket_objects", "aws_ssm_parameters_by_path", "aws_secretsmanager_secrets"}
)
"""Data sources that find what is left where something is gone; others find nothing any more, and Terraform stops."""


def is_read_back(pair: Pair, argument: str, root: EvaluatedConfig) -> bool:
    """Whether the argument holds what a data source of the root looks up, or may, or has one find the block by now,
    and something may follow from what is read."""
    kept, kind = pair.some, _HELD.get(pair.some.type)
    if kind is None or argument not in ("", *kind.held, *kind.found_by):
        return False
    readers = tuple(_readers(kind, root, together=pair.new is None))
    if argument in kind.found_by:
        return any(_finds_by_now(one, pair, kind) and _may_give(one, kept, root) for one in readers)
    return any(_finds(one, kept, kind) and _may_give(one, kept, root) for one in readers)


def left_behind(roots: Iterable[tuple[EvaluatedConfig, EvaluatedConfig]]) -> Iterator[str]:
    """The types of which a root keeps something no more, or where it is found by another name."""
    for base, head in roots:
        here = {one.address: one for one in head.resources}
        for one in base.resources:
            kind, other = _HELD.get(one.type), here.get(one.address)
            if kind and (other is None or any(_said(one, name) != _said(other, name) for name in kind.found_by)):
                yield one.type


def _said(one: ResourceInstance, name: str) -> Hashable:
    value = one.attribute(name)
    return None if value is None else plain(value)


def _readers(kind: _HeldValue, root: EvaluatedConfig, *, together: bool) -> Iterator[ResourceInstance]:
    """The data sources of what a type keeps, or only those that look up many `together`, or may not look at all."""
    found = (one for one in root.resources if one.mode == "data" and one.type in kind.read_by)
    return (one for one in found if not together or one.type in _TOGETHER or _is_one_of_many(one))


def _is_one_of_many(reader: ResourceInstance) -> bool:
    """Whether a count or for_each makes it, its own or a module's: without what is gone it may not be there either."""
    return reader.repeated or bool(reader.guards) or "[" in reader.address


def _finds_by_now(reader: ResourceInstance, pair: Pair, kind: _HeldValue) -> bool:
    """Whether it finds the head's block, and did not find the base's."""
    found = [one is not None and _finds(reader, one, kind) for one in (pair.old, pair.new)]
    return found == [False, True]


def _finds(reader: ResourceInstance, kept: ResourceInstance, kind: _HeldValue) -> bool:
    return all(_may_find(reader, kept, name) for name in kind.found_by)


def _may_give(read: ResourceInstance, kept: ResourceInstance, root: EvaluatedConfig) -> bool:
    """Whether access may follow from what is read: what no block names is for the root's outputs.

    Not from the very values that are kept, of which it is asked.
    """
    blocks = (*root.latent, *root.resources, *root.providers, *root.outputs)
    if any(one.repeated and _decides(one, "count") for one in blocks):
        return True
    known, pending = {read.address}, [read]
    while pending:
        asked = pending.pop()
        naming = [each for each in _all_naming(asked, blocks) if each[0].address != asked.address]
        if not naming or any(_decides(one, name) for one, name in naming if not _is_held(one, name, kept)):
            return True
        pending += [one for one, _ in naming if _hands_on(one) and one.address not in known]
        known.update(one.address for one, _ in naming)
    return False


def _all_naming(read: ResourceInstance, blocks: Iterable[ResourceInstance]) -> Iterator[tuple[ResourceInstance, str]]:
    is_it = mentions(f"{'data.' * (read.mode == 'data')}{read.type}.{read.name}")
    return ((one, name) for one in blocks for name in _naming(one, is_it))


def _is_held(one: ResourceInstance, name: str, kept: ResourceInstance) -> bool:
    """Whether an argument is the very value that is kept."""
    return one.address == kept.address and name in _HELD[kept.type].held


def _naming(one: ResourceInstance, is_it: Callable[[Symbol], bool]) -> Iterator[str]:
    """The arguments of a block that name it, "count" if the block hangs on it."""
    if any(map(is_it, (variable for guard in one.guards for variable in guard.variables))):
        yield "count"
    if any(map(is_it, symbols(one.runs))):
        yield "provisioner"
    yield from (str(name) for name, value in one.attributes.entries if any(map(is_it, symbols(value))))


def _hands_on(one: ResourceInstance) -> bool:
    """Whether a block makes nothing, and is there for what others make of it."""
    return one.mode == "data" or one.type.startswith(LOCAL)


def _decides(one: ResourceInstance, name: str) -> bool:
    """Whether access may follow from an argument, by its name."""
    if _hands_on(one):
        return name == "provisioner"
    if one.mode == "module" or one.type.startswith(AWS):
        return carries_access("module" if one.mode == "module" else one.type, name) and not is_program(name)
    return True


def _may_find(reader: ResourceInstance, kept: ResourceInstance, name: str) -> bool:
    """Whether both may mean the same by the argument: not if what is written out of two texts differs at an end."""
    found, path = _written(kept, name), _written(reader, "path")
    if reader.type == "aws_ssm_parameters_by_path":
        return found is None or not path or found.startswith(path.rstrip("/") + "/")
    asked = _written(reader, name)
    if found is not None and asked is not None:
        return found == _without_version(reader, asked)
    (first, last), (start, end) = (_ends(one, name) for one in (kept, reader))
    return not (_is_apart(first, start) or _is_apart(last, _without_version(reader, end)))


def _without_version(reader: ResourceInstance, text: str) -> str:
    """A parameter's name as it is kept: by ":" a look-up asks for one of its versions, or for one of a label."""
    return without_version(text) if reader.type == "aws_ssm_parameter" else text


def _written(one: ResourceInstance, name: str) -> str | None:
    """What is written out there, without leading slashes: an object's key "/k" is "k" to some versions of the provider.

    None if it is not known, or an ARN, where the other may have the name alone.
    """
    value = entry_of(one.attributes, name)
    if not isinstance(value, StringValue) or not all(isinstance(piece, str) for piece in value.pieces):
        return None
    text = "".join(map(str, value.pieces))
    return None if is_arn(text) else text.lstrip("/")


def _ends(one: ResourceInstance, name: str) -> tuple[str, str]:
    """What is written out at the beginning of a text, backwards, and at its end; "" where that is not known."""
    value = entry_of(one.attributes, name)
    pieces = (value.pieces if isinstance(value, StringValue) else ()) or ("",)
    first, last = (piece if isinstance(piece, str) else "" for piece in (pieces[0], pieces[-1]))
    return ("", "") if first.startswith("arn") else (first.lstrip("/")[::-1], last)


def _is_apart(one: str, other: str) -> bool:
    """Whether no text ends with both."""
    return not one.endswith(other) and not other.endswith(one)
