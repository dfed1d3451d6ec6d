"""Writes down which ways up public catalogues list, by id and actions, for the test that asks after each of them.

    python -m tools.published_ways MIRROR

MIRROR holds `<owner>+<name>/repo`, a git directory for each catalogue. Nothing of them is run: a table in a Python file
is read as a literal. What they have and we do not is what `pytest tests/risk/test_ways_up.py` names afterwards.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.iam.catalog import load_catalog

TABLE = Path(__file__).parent.parent / "tests" / "cases" / "escalation" / "published.yaml"

Ways = Iterator[tuple[str, list[str]]]

HEAD = """\
# The ways up that public catalogues list, by id, with the actions each needs; made by `python -m tools.published_ways`.
# Each is told by some path, or is in bot/risk/escalation/left_out.toml with the reason.
"""


def main() -> None:
    """Read each catalogue at its newest commit; say how many ways it has."""
    mirror = Path(sys.argv[1])
    lines = [HEAD]
    for repository, (name, path, read) in CATALOGUES.items():
        folder = mirror / repository.replace("/", "+") / "repo"
        commit, date = _git(folder, "log", "-1", "--format=%H %cs").split()
        files = _git(folder, "ls-tree", "--name-only", commit, path).split()
        ways = sorted(way for file in files for way in read(Path(file).stem, _git(folder, "show", f"{commit}:{file}")))
        lines.append(f"{name}:\n  of: {repository} {date} {commit[:12]}\n  ways:\n")
        lines += [f"    {json.dumps(way)}: [{', '.join(sorted(map(json.dumps, actions)))}]\n" for way, actions in ways]
        print(f"{repository} of {date}: {len(ways)}")
    TABLE.write_text("".join(lines))


def _git(folder: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *command], check=True, capture_output=True, text=True).stdout


def _pathfinding(_: str, text: str) -> Ways:
    for way in json.loads(text):
        yield way["id"], [one["permission"] for one in way["permissions"]["required"]]


def _literal(name: str) -> Callable[[str, str], Ways]:
    """A reader of the dictionary that a Python file assigns to a name."""

    def read(_: str, text: str) -> Ways:
        for node in ast.parse(text).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
                table: Mapping[str, Any] = ast.literal_eval(node.value)
                yield from ((way, list(actions)) for way, actions in table.items())

    return read


_TRUSTED = "sts:AssumeRole"
"""What PMapper asks of whoever a role trusts, in each module; a way in the module that has no other."""


def _edges(module: str, text: str) -> Ways:
    """Each action that a module of PMapper asks for, as a way that needs it and may take the module's others."""
    if not module.endswith(("_edges", "gathering")):
        return
    written = (one.value for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Constant))
    said = {one for one in written if isinstance(one, str) and load_catalog().info(one) is not None}
    for action in said - {"iam:PassRole"}:
        if action != _TRUSTED or said == {_TRUSTED}:
            yield f"{module} {action}", list(said)


CATALOGUES: Mapping[str, tuple[str, str, Callable[[str, str], Ways]]] = {
    "DataDog/pathfinding.cloud": ("pathfinding", "docs/paths.json", _pathfinding),
    "prowler-cloud/prowler": (
        "prowler",
        "prowler/providers/aws/services/iam/lib/privilege_escalation.py",
        _literal("privilege_escalation_policies_combination"),
    ),
    "salesforce/cloudsplaining": (
        "cloudsplaining",
        "cloudsplaining/shared/constants.py",
        _literal("PRIVILEGE_ESCALATION_METHODS"),
    ),
    "nccgroup/PMapper": ("pmapper", "principalmapper/graphing/", _edges),
}
"""Each catalogue's repository: what we call it, the file or folder, and how one file is read, by its name and text."""


if __name__ == "__main__":
    main()
