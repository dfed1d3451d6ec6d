"""Keeps what reviews say as files, and compares it with what they say later, so that a refactoring can be proved none.

A recorded review is `<owner>+<name>/<base>..<head>.json` or `cases/<case>.json`; the folders of the cases are kept
beside them, so that a case that is changed later is no difference. Nothing of the bot is imported: any checkout can be
run.
"""

from __future__ import annotations

import difflib
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.mirrors.bounded import Bounds
from bench.mirrors.budget import WORKERS
from bench.mirrors.faults import Fault
from bench.mirrors.grouped import differing, table
from bench.mirrors.repositories import Change, Repository, drawn
from bench.mirrors.reviews import ROOT, Code, Outcome, canonical, of_change, outcome

CASES = ROOT / "tests" / "cases" / "changes"
OF_CASES = "cases"
INPUTS = "inputs"
SHOWN_LINES = 60
"""So many lines of a difference are printed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One recorded review that is another now; `parts` are the fields of the review that differ, `groups` say how."""

    name: str
    lines: tuple[str, ...]
    parts: tuple[str, ...]
    groups: tuple[str, ...] = ()


def content(of: dict[str, str], found: Outcome) -> dict[str, Any] | None:
    """What is kept of one review; None where a bound ended it: that depends on the machine."""
    return None if found.over else {**of, "exit": found.exit, "review": found.review}


def record_changes(folder: Path, outcomes: Iterable[tuple[Change, Outcome]]) -> tuple[int, list[str]]:
    """Write each; how many there are, and those that are not kept."""
    written, skipped = 0, []
    for change, found in outcomes:
        kept = content({"repository": change.repository, "base": change.base, "head": change.head}, found)
        if kept is None:
            skipped.append(change.name)
            continue
        _write(folder / f"{change.name}.json", kept)
        written += 1
    return written, skipped


def record_cases(folder: Path, code: Code, cases: Path = CASES) -> tuple[int, list[Fault]]:
    """Copy and review each case; how many there are, and the exceptions."""
    names = sorted(path.parent.name for path in cases.glob("*/expect.yaml"))
    for name in names:
        for side in ("base", "head"):
            shutil.copytree(cases / name / side, folder / INPUTS / name / side, dirs_exist_ok=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(lambda name: _of_case(folder, name, code), names))
    for name, one in zip(names, found, strict=True):
        _write(folder / OF_CASES / f"{name}.json", content({"case": name}, one) or {"case": name})
    return len(names), [each for one in found for each in one.faults]


def _of_case(folder: Path, name: str, code: Code) -> Outcome:
    # Relative paths: the review names its folders, which must not depend on where they are.
    sides = ("--base-dir", f"{INPUTS}/{name}/base", "--head-dir", f"{INPUTS}/{name}/head")
    return outcome(OF_CASES, name, code, sides, folder, Bounds())


@dataclass(frozen=True, slots=True)
class Against:
    """What recorded reviews are compared with: `code` run on the repositories in `mirror`, or what was kept before.

    What is said now goes to `keep`, and is read from `kept` in place of being asked for. Groups of differences that
    begin with one of `but` are known, and not told.
    """

    mirror: Path
    code: Code = Code()
    keep: Path | None = None
    kept: Path | None = None
    but: tuple[str, ...] = ()


def compare(folder: Path, against: Against, limit: int | None) -> int:
    """Print what differs, review by review and in groups; 1 if anything does."""
    paths = {str(path.relative_to(folder)): path for path in folder.glob("*/*.json") if path.parent.name != INPUTS}
    names = drawn(paths, len(paths) if limit is None else limit, "compare")
    print(f"comparing {len(names)} of {len(paths)} recorded reviews", flush=True)
    differing: list[Difference] = []
    unable: list[str] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        results = pool.map(lambda name: _again(name, paths[name], folder, against), names)
        for done, result in enumerate(results, 1):
            if isinstance(result, Difference):
                differing.append(result)
                print("\n".join(shown(result)), flush=True)
            elif result is not None:
                unable.append(result)
            if done % 100 == 0:
                print(f"{done} of {len(names)}, {len(differing)} differ", file=sys.stderr, flush=True)
    for line in unable:
        print(f"not compared: {line}")
    print("\n".join(table({one.name: one.groups for one in differing})))
    parts = Counter(part for one in differing for part in one.parts)
    told = ", ".join(f"{part} {count}" for part, count in parts.most_common())
    print(f"{len(names) - len(unable)} compared, {len(differing)} differ{f' in {told}' if told else ''}")
    return 1 if differing or len(unable) == len(names) else 0


def _again(name: str, path: Path, folder: Path, against: Against) -> Difference | str | None:
    """The difference, or why there can be none told."""
    known = json.loads(path.read_text(encoding="utf-8"))
    if "exit" not in known:
        return f"{name}: a bound ended it when it was recorded"
    now = _kept(against.kept / name) if against.kept is not None else _asked(name, known, folder, against)
    if isinstance(now, str):
        return now
    if against.keep is not None:
        _write(against.keep / name, now)
    return difference(name, known, now, against.but)


def _kept(path: Path) -> dict[str, Any] | str:
    if not path.exists():
        return f"{path}: it was not kept"
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _asked(name: str, known: dict[str, Any], folder: Path, against: Against) -> dict[str, Any] | str:
    if "case" in known:
        found = _of_case(folder, known["case"], against.code)
        of = {"case": known["case"]}
    else:
        of = {key: known[key] for key in ("repository", "base", "head")}
        change = Change(**of)
        directory = against.mirror / change.repository.replace("/", "+") / "repo"
        if not directory.is_dir():
            return f"{name}: the repository is not there"
        found = of_change(against.code, Repository(change.repository, directory), change, Bounds())
    return content(of, found) or f"{name}: ended by its bound of {found.over}"


def difference(name: str, known: dict[str, Any], now: dict[str, Any], but: tuple[str, ...] = ()) -> Difference | None:
    """What differs between two recorded reviews; None if nothing does but what is known."""
    before, after = canonical(known), canonical(now)
    if before == after:
        return None
    earlier, later = ({"exit": one["exit"], **(one["review"] or {})} for one in (known, now))
    groups = tuple(group for group in dict.fromkeys(differing(earlier, later)) if not group.startswith(but))
    if not groups:
        return None
    sides = (f"recorded {name}", f"now {name}")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *sides, n=2, lineterm="")
    return Difference(name, tuple(lines), differing_parts(known, now), groups)


def differing_parts(known: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    """Fields of the review that differ, or what else does."""
    before, after = (one.get("review") or {} for one in (known, now))
    parts = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    return tuple(parts if before and after else ["exit"])


def shown(one: Difference) -> Sequence[str]:
    """The first lines of it."""
    rest = len(one.lines) - SHOWN_LINES
    return [*one.lines[:SHOWN_LINES], *([f"... {rest} more lines"] if rest > 0 else [])]


def _write(path: Path, kept: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical(kept), encoding="utf-8")
