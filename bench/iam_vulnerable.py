"""Reviews each escalation module of BishopFox/iam-vulnerable as if it were added: found with its path, or silent.

    python -m bench.iam_vulnerable [--mirror DIR] [--write docs/measurements/FILE.md]

https://github.com/BishopFox/iam-vulnerable is among the fetched repositories (bench/fetched.py) and stays there: what
each module must be found by is tests/cases/escalation/iam-vulnerable.yaml.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.fetched import mirror, repository
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import FileChange, Touched
from bot.review.engine import Examined, ProposedChange, review
from bot.review.model import Finding, Review
from bot.review_config.settings import ReviewConfig

EXPECTED = Path(__file__).parent.parent / "tests" / "cases" / "escalation" / "iam-vulnerable.yaml"

VALUES = 'aws_assume_role_arn = "arn:aws:iam::111122223333:user/operator"\n'
"""Who may use the modules' roles; an empty string by default."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a review said of one module."""

    module: str
    wanted: str
    grade: str
    paths: tuple[str, ...]
    title: str

    @property
    def right(self) -> bool:
        """Found by the path that is wanted, or no escalation where none is."""
        return self.wanted in self.paths if self.wanted else not self.paths


def answers(clone: Path) -> Iterator[Answer]:
    """One answer for each module with an expectation."""
    expected: dict[str, Any] = yaml.safe_load(EXPECTED.read_text())
    for module, wanted in expected["modules"].items():
        found = reviewed(clone, module)
        own = [finding for finding in found.gained if finding.escalations or finding.rule == "administrator-access"]
        worst = next(iter(own or found.gained), None)
        paths = tuple(dict.fromkeys(one.path for finding in found.gained for one in finding.escalations))
        chain = _chain(found.gained)
        yield Answer(
            module, wanted or "", worst.grade if worst else "none", (*paths, *chain), worst.title if worst else ""
        )


def _chain(gained: tuple[Finding, ...]) -> tuple[str, ...]:
    """The roles that lead to an administrator's, one by one."""
    return tuple("assume-role" for one in gained if one.rule == "administrator-access" and len(one.path) > 1)[:1]


def reviewed(clone: Path, module: str) -> Review:
    """The review of a change that adds the one file (and the variables beside it)."""
    folder = module.rpartition("/")[0]
    files = {name: _show(clone, f"{folder}/{name}") for name in (module.rpartition("/")[2], "variables.tf")}
    files["terraform.tfvars"] = VALUES
    head = SourceTree("head", {name: name for name in files}, {name: text.encode() for name, text in files.items()})
    lines = {name: frozenset(range(1, text.count("\n") + 2)) for name, text in files.items()}
    touched = Touched(
        tuple(FileChange(name, name, frozenset(), added, ((0, 0, 1, len(added)),)) for name, added in lines.items())
    )
    result = review(ProposedChange(SourceTree("base", {}, {}), head, touched), ReviewConfig())
    assert isinstance(result, Examined)
    return result.review


def _show(clone: Path, path: str) -> str:
    command = ("git", "-C", str(clone), "show", f"HEAD:{path}")
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def table(found: list[Answer]) -> str:
    """The answers as Markdown."""
    lines = ["| module | path wanted | said | grade | right |", "|---|---|---|---|---|"]
    for one in found:
        module = one.module.rpartition("/")[2].removesuffix(".tf")
        said = ", ".join(one.paths[:3]) + (f" and {len(one.paths) - 3} more" if len(one.paths) > 3 else "")
        lines.append(
            f"| {module} | {one.wanted or '-'} | {said or '-'} | {one.grade} | {'yes' if one.right else 'NO'} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Print the table; 1 if an answer is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, help="the folder of fetched repositories")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    given = parser.parse_args()
    folder = mirror(given.mirror)
    clone = repository(folder, "BishopFox/iam-vulnerable") if folder else None
    if clone is None:
        return 0
    started = time.process_time()
    found = list(answers(clone))
    wanted = [one for one in found if one.wanted]
    text = table(found)
    summary = (
        f"{sum(one.right for one in wanted)} of {len(wanted)} escalations found with their path, "
        f"{sum(one.right for one in found if not one.wanted)} of {len(found) - len(wanted)} others without one, "
        f"{time.process_time() - started:.1f} s of CPU"
    )
    print(f"{text}\n\n{summary}")
    for one in found:
        if not one.right:
            print(f"  {one.module}: {one.title}", file=sys.stderr)
    if given.write:
        given.write.write_text(
            "# Escalations: BishopFox/iam-vulnerable\n\n`python -m bench.iam_vulnerable`, each module "
            f"reviewed as added to nothing.\n\n{summary}.\n\n{text}\n"
        )
    return int(any(not one.right for one in found))


if __name__ == "__main__":
    sys.exit(main())
