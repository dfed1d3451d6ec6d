"""Whether each grant of a finding has its line, what is shown as held, and what is said to be lost, in merged changes.

    python -m bench.causes --mirror DIR [--changes 100] [--part build|fresh|all] [--seed N] [--json FILE]

Of fetched repositories changes are drawn whose diff speaks of policies or principals. Counted are the grants that stand
on a line of the change, which the comment lists or counts by its place; statements shown as held that are about
another service, or about another action on another resource; and holders that are said to have lost something though
nothing in the base's files declares them. Exit code 1 if fewer than 95 % of the grants have their line, or one of the
others is not 0. A change that takes too long, or that a snapshot lacks files of, is left out.
"""

from __future__ import annotations

import fnmatch
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from bench.mirrors.bounded import Bounds
from bench.mirrors.drawing import arguments, counted
from bench.mirrors.repositories import Change, Repository, drawn, git, merged, repositories
from bench.mirrors.reviews import Code, of_change
from bot.evaluated.touched import Touched, parse_diff

MOST = 0.95
_ABOUT_ACCESS = re.compile(
    r'^[+-].*("[a-z0-9-]+:[A-Z*]|_policy\b|policy_arn|[Pp]rincipal|\brole\b|[Aa]ctions?\b)', re.MULTILINE
)
_ACTION = re.compile(r"\b([a-z0-9-]+):([A-Za-z*?]+)")
_RESOURCE = re.compile(r"(?:arn:[^\s,]+|\$\{[^}]+\}[^\s,]*|\*)")

Found = dict[str, Any]


def main() -> int:
    """Review the drawn changes and count."""
    given = arguments(__doc__, changes=100, seconds=30)
    every = {one.name: one for one in repositories(given.mirror, given.part)}
    share = -(-given.changes // max(1, len(every))) * 8
    names = {change.name: change for one in every.values() for change in merged(one, share)}
    about = (name for name in drawn(names, len(names), given.seed) if _about_access(every, names[name]))
    wanted = [names[name] for _, name in zip(range(given.changes), about, strict=False)]
    found = counted(given, every, wanted, _counted)
    reviewed = [one for one in found if one]
    if given.json:
        given.json.write_text(json.dumps(reviewed, indent=1), "utf-8")
    return _report(reviewed, len(found))


def _diff(repository: Repository, change: Change) -> str:
    return git(
        repository.directory,
        "diff",
        "--unified=3",
        "--find-renames",
        change.base,
        change.head,
        "--",
        "*.tf",
        "*.json",
        "*.tfvars",
        "*.tpl",
        "*.hcl",
    )


def _about_access(every: dict[str, Repository], change: Change) -> bool:
    try:
        return _ABOUT_ACCESS.search(_diff(every[change.repository], change)) is not None
    except SystemExit:
        return False


def _counted(code: Code, repository: Repository, change: Change, bounds: Bounds) -> Found | None:
    outcome = of_change(code, repository, change, bounds)
    if outcome.review is None:
        return None
    touched = parse_diff(_diff(repository, change))
    gained = [one for one in outcome.review["gained"] if one["grants"]]
    base = (
        git(repository.directory, "grep", "-h", "-E", '^ *(resource|data|module) +"', change.base, "--", "*.tf")
        if outcome.review["lost"]
        else ""
    )
    found = {
        "change": change.name,
        "findings": len(gained),
        "grants": sum(len(one["grants"]) for one in gained),
        "unplaced": [line for one in gained for line in _unplaced(one, touched)],
        "held": sum(_is_row(one["before"]) for one in gained),
        "unrelated": [
            f"{one['before']} + {one['after']}" for one in gained if _is_row(one["before"]) and not _related(one)
        ],
        "lost": [one["title"] for one in outcome.review["lost"]],
        "never_held": [one["title"] for one in outcome.review["lost"] if not _declared(one, base)],
    }
    told = ("unplaced", "unrelated", "never_held")
    print(
        f"{change.name}: {found['grants']} grants, {outcome.seconds:.1f} s",
        *(f"\n  {key}: {line}" for key in told for line in found[key]),
        flush=True,
    )
    return found


def _unplaced(finding: Found, touched: Touched) -> Iterator[str]:
    for grant in finding["grants"]:
        place = grant["location"]
        change = (touched.by_head if place["side"] == "head" else touched.by_base).get(place["file"])
        lines = frozenset[int]() if change is None else change.added if place["side"] == "head" else change.removed
        if lines.isdisjoint(range(place["line"], place["end_line"] + 1)):
            yield f"{grant['said']} @ {place['file']}:{place['line']} {place['side']}"


def _is_row(before: str) -> bool:
    return not before.startswith("nothing")


def _related(finding: Found) -> bool:
    """By the words that people see: a common service, and a common action or resource."""
    before, after = (finding[key].split(" if ")[0] for key in ("before", "after"))
    services = [{service for service, _ in _ACTION.findall(text.partition(" on ")[0])} for text in (before, after)]
    if all(services) and services[0].isdisjoint(services[1]):
        return False
    actions, resources = (
        [pattern.findall(text.partition(" on ")[index]) for text in (before, after)]
        for index, pattern in ((0, _ACTION), (2, _RESOURCE))
    )
    names = [[":".join(one) for one in some] for some in actions]
    return _meet(*names) or _meet(*resources) or "more" in before or not all(names)


def _meet(left: list[str], right: list[str]) -> bool:
    return any(
        fnmatch.fnmatch(a.lower(), b.lower()) or fnmatch.fnmatch(b.lower(), a.lower()) for a in left for b in right
    )


def _declared(finding: Found, base: str) -> bool:
    own = [finding["principal"]["address"]] if finding["principal"] else []
    addresses = [*own, *finding["principals"], *finding["instances"]]
    for address in addresses:
        kind, _, name = ".".join(re.sub(r"\[[^]]*\]", "", address).split(".")[-2:]).partition(".")
        if re.search(rf'"{re.escape(kind)}" +"{re.escape(name)}"', base) or re.search(
            rf'module +"{re.escape(name)}"', base
        ):
            return True
    return False


def _report(found: list[Found], drawn_changes: int) -> int:
    total = {key: sum(one[key] for one in found) for key in ("findings", "grants", "held")}
    lists = {key: sum(len(one[key]) for one in found) for key in ("unplaced", "unrelated", "lost", "never_held")}
    placed = total["grants"] - lists["unplaced"]
    share = placed / max(1, total["grants"])
    print(
        f"{len(found)} of {drawn_changes} changes reviewed: {total['findings']} findings, {total['grants']} grants, "
        f"{placed} with their line ({share:.1%}); {total['held']} show what was held, "
        f"{lists['unrelated']} of it unrelated; {lists['lost']} losses, {lists['never_held']} not in the base"
    )
    return int(share < MOST or bool(lists["unrelated"] or lists["never_held"]))


if __name__ == "__main__":
    sys.exit(main())
