"""The table as the product reads it: one line a type, in order, after a header.

    {"providers": [{"name", "version", "package", "date", "managed", "data"}]}
    name TAB mode and class, a letter each TAB arguments that carry access TAB arguments that replace

Modes are m(anaged) and d(ata). Classes are those the schema alone tells: i(rrelevant), d(ocument), r(ead by the shape
of its arguments), u(nknown). Lists are joined by commas. What replaces is `?` where it is not known. Of a data type's
arguments none carries access: what is told is what it finds.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.type_registry.argument_names import ArgumentNames
from tools.provider_schemas.classify import carried_by, class_of
from tools.provider_schemas.judged import Judgement, settled
from tools.provider_schemas.replaced import Replaced
from tools.provider_schemas.schema import Provider, Schema

DATA = Path(__file__).parents[2] / "bot" / "type_registry" / "data"
TABLE = DATA / "types.txt.gz"
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Sources:
    """The providers' schemas, and what replaces by type."""

    providers: tuple[Provider, ...]
    aws: Replaced
    awscc: Replaced

    def replaced_of(self, schema: Schema) -> frozenset[str] | None:
        """The arguments of a managed type that replace, spelled as in its schema; None if they are not known."""
        by_type = self.awscc if schema.name.startswith("awscc_") else self.aws
        found = by_type.get(schema.name)
        if found is None or schema.mode == "data":
            return None
        spelled = {one.name.replace("_", ""): one.name for one in schema.arguments}
        tops = (spelled.get(name.partition(".")[0].replace("_", "")) for name in found)
        return frozenset(name for name in tops if name is not None)


def read_replaced() -> Replaced:
    """What replaces by type, as the table has it."""
    if not TABLE.is_file():
        return {}
    rows = (line.split("\t") for line in zlib.decompress(TABLE.read_bytes(), 31).decode().splitlines()[1:])
    return {
        name: frozenset(filter(None, last.split(",")))
        for name, kind, _, last in rows
        if last != UNKNOWN and kind[0] == "m"
    }


def write_table(sources: Sources, names: ArgumentNames, judgements: tuple[Judgement, ...]) -> str:
    """Write the table; what is in it, for people."""
    counts: Counter[str] = Counter()
    lines = []
    for schema in sorted((one for of in sources.providers for one in of.schemas), key=lambda one: (one.name, one.mode)):
        line = _line(schema, names, judgements, sources.replaced_of(schema))
        counts[f"{schema.name.partition('_')[0]} {line[1]}"] += 1
        lines.append("\t".join(line))
    header = {"providers": [_origin(one) for one in sources.providers]}
    text = "\n".join((json.dumps(header), *lines))
    TABLE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return f"{len(lines)} types, {len(text)} bytes, {TABLE.stat().st_size} packed: {dict(sorted(counts.items()))}"


def _line(
    schema: Schema, names: ArgumentNames, judgements: Iterable[Judgement], replaces: frozenset[str] | None
) -> tuple[str, str, str, str]:
    carried = carried_by(names, schema)
    left = {
        name: kinds
        for name, kinds in carried.items()
        if name not in settled(judgements, schema.name, schema.mode, carried)
    }
    last = UNKNOWN if replaces is None else ",".join(sorted(replaces))
    letter = class_of(names, schema, left)
    carries = sorted(left) if schema.mode == "managed" else ()
    return schema.name, f"{schema.mode[0]}{letter}", ",".join(carries), last


def _origin(provider: Provider) -> Mapping[str, str | int]:
    modes = Counter(one.mode for one in provider.schemas)
    return {
        "name": provider.name,
        "version": provider.version,
        "package": provider.package,
        "date": provider.date,
        "managed": modes["managed"],
        "data": modes["data"],
    }
