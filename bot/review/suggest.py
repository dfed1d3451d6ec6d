"""Narrower text for the line that causes a finding: derived, reviewed in its place, and kept if it scores lower."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher

from bot.data_sources import PROVIDER
from bot.evaluated.fence import Clock
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import FileChange, Touched
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.iam.acting import acts_on
from bot.iam.arn import service_of
from bot.iam.catalog import AccessLevel, load_catalog
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.engine import ProposedChange
from bot.review.engine import review as review_change
from bot.review.model import Finding, Location, Need, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import worth_comment

MAX_FINDINGS = 3
"""So many findings are tried: each try is a review of its own."""

MAX_ROOTS = 3
"""Changes that reach more roots get no suggestions: a review of them takes too long to repeat."""

MAX_FILES = 80
"""Nor do changes for which more files were parsed."""

MAX_LINES = 10
"""What is put back has no more lines."""

MAX_ACTIONS = 8
"""A longer list in place of a pattern is no better text."""

_ONLY_STAR = late_pattern(r'"\*"')
_ACTION_PATTERN = late_pattern(r'"([a-zA-Z0-9-]+:[A-Za-z]*\*[A-Za-z*]*)"')
_ACTION = late_pattern(r'"([a-zA-Z0-9-]+:[A-Za-z]+)"')
_NAME = late_pattern(r'\s*"?(?P<name>[A-Za-z_][\w-]*)"?\s*(?:[={]|"[^"]*"\s*\{)')
"""What a line gives a value to, or the block that it opens."""

_JSON_KEY = late_pattern(r'^\s*"[A-Za-z]+"\s*:')

_OWN_ARN = {row.service: name for name, row in RESOURCE_TYPES.items() if row.service not in ("", "logs")}
"""The resource type whose `arn` a service's actions act on; those on logs act on what is in a group."""


Tried = Callable[[SourceTree], Review | None]
"""Reviews the change with another head; None if it cannot."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text for a finding's place; `restores` if it is no more than what stood there before."""

    text: str
    restores: bool = False


def with_suggestions(
    review: Review,
    change: ProposedChange,
    rules: ReviewConfig,
    front_ends: FrontEnds | None = None,
    clock: Clock | None = None,
) -> Review:
    """The review with a suggestion for each finding, among the worst, that has narrower text.

    A suggestion replaces the one line the finding stands on, or puts back the lines that are gone. It is kept only if
    the head with it in place is evaluated without a new gap and scores lower, in the time that `clock` still has. Where
    roots could not be reviewed there is none: what took too long would be done again; nor with plans: text alone tells
    no plan. `front_ends` have parsed the files before, all but one of which are the same.
    """
    if change.plans or _too_much(review) or any(gap.ours for gap in review.gaps):
        return review

    def tried(head: SourceTree) -> Review | None:
        narrowed = ProposedChange(change.base, head, change.touched, place=change.place)
        examined = review_change(narrowed, rules, clock=clock, front_ends=front_ends)
        return None if isinstance(examined, Need) else examined.review

    worth = [finding for finding in review.gained if _worth(finding, rules)][:MAX_FINDINGS]
    found = {finding.identity: _suggestion(finding, review, change, tried) for finding in worth}
    gained = (_with_suggestion(finding, found.get(finding.identity)) for finding in review.gained)
    return dataclasses.replace(review, gained=tuple(gained))


def _with_suggestion(finding: Finding, found: Suggestion | None) -> Finding:
    if found is None:
        return finding
    return dataclasses.replace(finding, suggestion=found.text, restores=found.restores)


def _too_much(review: Review) -> bool:
    return review.stats.roots > MAX_ROOTS or review.stats.files_parsed > MAX_FILES


def _worth(finding: Finding, rules: ReviewConfig) -> bool:
    place = finding.location
    return (place.side == "base" or place.line == place.end_line) and worth_comment(finding, rules)


def _suggestion(finding: Finding, review: Review, change: ProposedChange, tried: Tried) -> Suggestion | None:
    if finding.location.side == "base":
        return _put_back(finding, review, change, tried)
    path, number = finding.location.file, finding.location.line
    lines = _lines(change.head, path)
    if not 0 < number <= len(lines):
        return None
    for found in _candidates(finding, lines[number - 1], change.base, change.head, change.touched):
        text = (*lines[: number - 1], found.text, *lines[number:])
        if _scores_lower(tried(_with(change.head, path, text)), review):
            return found
    return None


def _put_back(finding: Finding, review: Review, change: ProposedChange, tried: Tried) -> Suggestion | None:
    """The lines that are gone, or were others, where the finding stands."""
    place, file = finding.location, change.touched.by_base.get(finding.location.file)
    if file is None or not file.head:
        return None
    old, new = _lines(change.base, file.base), _lines(change.head, file.head)
    for tag, first, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        here = first < place.end_line and place.line <= end
        if tag == "equal" or not here or not 0 < end - first <= MAX_LINES:
            continue
        text = (*new[:start], *old[first:end], *new[stop:])
        if _scores_lower(tried(_with(change.head, file.head, text)), review):
            return Suggestion("\n".join(old[first:end]), restores=True)
    return None


def _lines(tree: SourceTree, path: str) -> list[str]:
    content = tree.read(path)
    return [] if content is None else content.decode("utf-8", "replace").split("\n")


def _candidates(
    finding: Finding, line: str, base: SourceTree, head: SourceTree, touched: Touched
) -> Iterator[Suggestion]:
    """Narrower text for a line, best first: resources of the same module, what stood there before, fewer actions."""
    change = touched.by_head.get(finding.location.file)
    earlier = _line_before(change, finding.location.line, base, head) if change else None
    arns = _own_resource(finding, head) if len(_ONLY_STAR.findall(line)) == 1 else ()
    if arns:
        own = line.replace('"*"', _written(arns, line))
        yield Suggestion(own, restores=own in _gone(change, base))
    is_other = earlier is not None and earlier.strip() != line.strip()
    if earlier is not None and is_other and not _goes_with_others(earlier, line, finding.location, head, touched):
        yield Suggestion(earlier, restores=True)
    fewer = _of_one_level(finding, line)
    if fewer is not None:
        yield Suggestion(fewer, restores=fewer == earlier)


def _gone(change: FileChange | None, base: SourceTree) -> tuple[str, ...]:
    """The lines that the change of a file takes away."""
    lines = _lines(base, change.base) if change else ()
    return tuple(line for number, line in enumerate(lines, start=1) if change and number in change.removed)


def _own_resource(finding: Finding, head: SourceTree) -> tuple[str, ...]:
    """The ARNs of the one resource in the same directory that the finding's actions act on."""
    services = {service_of(action).lower() for action in finding.actions}
    kind = _OWN_ARN.get(services.pop()) if len(services) == 1 else None
    if {action.lower() for action in finding.actions} == {"iam:passrole"}:
        kind = "aws_iam_role"
    if kind is None or finding.resources != ("*",):
        return ()
    declared = FrontEnds(PROVIDER).declared(head, finding.location.file.rpartition("/")[0])
    own = finding.principal.address if finding.principal else ""
    others = [address for address in declared if address.startswith(f"{kind}.") and not own.endswith(address)]
    if len(others) != 1:
        return ()
    arn = f"{others[0]}.arn"
    return (arn, f"${{{arn}}}/*") if kind == "aws_s3_bucket" else (arn,)


_PATH = late_pattern(r"[\w.-]*[/_-][\w./-]{4,}")
"""A name that a line holds, as a path or several words."""


def _goes_with_others(earlier: str, line: str, place: Location, head: SourceTree, touched: Touched) -> bool:
    """Whether a name that is new in the line is in others that the change writes: it was renamed, and they need it."""
    names = set(_PATH.findall(line)) - set(_PATH.findall(earlier))
    others = (
        text
        for path, change in (touched.by_head.items() if names else ())
        for number, text in enumerate(_lines(head, path), start=1)
        if number in change.added and (path, number) != (place.file, place.line)
    )
    return any(name in text for text in others for name in names)


def _of_one_level(finding: Finding, line: str) -> str | None:
    """The line with its one pattern of actions replaced by those of one access level.

    It is that of the line's other actions, else the commonest but for permissions, which nobody means by a pattern.
    Only actions that can act on the finding's resources, and only if they are few enough to be read.
    """
    patterns = _ACTION_PATTERN.findall(line)
    if len(patterns) != 1:
        return None
    catalog, pattern = load_catalog(), patterns[0]
    fitting = [name for name in catalog.expand(pattern) if any(acts_on(name, one) for one in finding.resources)]
    neighbours = [name for name in _ACTION.findall(line) if catalog.info(name)]
    harmless = (name for name in fitting if _level(name) is not AccessLevel.PERMISSIONS)
    level = _commonest(neighbours) or _commonest(harmless)
    names = [name for name in fitting if _level(name) == level and name not in neighbours]
    if level is None or not 0 < len(names) <= MAX_ACTIONS:
        return None
    listed = ", ".join(f'"{name}"' for name in names)
    element = line.lstrip().startswith(f'"{pattern}"') or re.search(rf'\[[^\]]*"{re.escape(pattern)}"', line)
    return line.replace(f'"{pattern}"', f"[{listed}]" if not element and len(names) > 1 else listed)


def _level(action: str) -> AccessLevel | None:
    info = load_catalog().info(action)
    return info.level if info else None


def _commonest(actions: Iterable[str]) -> AccessLevel | None:
    """The access level that most of the actions have; of equals the first in AWS's order, harmless first."""
    counted = Counter(level for level in map(_level, actions) if level is not None)
    return max(AccessLevel, key=lambda level: counted[level]) if counted else None


def _written(arns: tuple[str, ...], line: str) -> str:
    """The ARNs as the line's language writes them, in place of a `"*"`."""
    strings = [f'"{arn}"' if arn.startswith("${") else f'"${{{arn}}}"' for arn in arns]
    if _JSON_KEY.match(line):
        return f"[{', '.join(strings)}]" if len(strings) > 1 and '["*"' not in line else ", ".join(strings)
    plain = [string if arn.startswith("${") else arn for arn, string in zip(arns, strings, strict=True)]
    inside = re.search(r'\[[^\]]*"\*"', line) is not None
    return ", ".join(plain) if inside or len(plain) == 1 else f"[{', '.join(plain)}]"


def _line_before(change: FileChange, number: int, base: SourceTree, head: SourceTree) -> str | None:
    """The one base line that the head line stands in place of; None if the change did not go line by line.

    As many lines may have gone as came, and still be others: the two must be of the same argument.
    """
    for old, new in _replaced(change):
        if number in new and len(old) == len(new):
            before, after = _lines(base, change.base), _lines(head, change.head)
            index = old[new.index(number)] - 1
            same = index < len(before) and _argument(before, index) == _argument(after, number - 1)
            return before[index] if same else None
    return None


def _argument(lines: list[str], index: int) -> tuple[str, ...]:
    """The names a line stands under, its own first: of arguments, keys and blocks, by what is indented less."""
    names = [_named(lines[index])]
    indent = _indent(lines[index])
    for line in reversed(lines[:index]):
        if line.strip() and _indent(line) < indent:
            indent = _indent(line)
            names.append(_named(line))
    return tuple(names)


def _named(line: str) -> str:
    if _JSON_KEY.match(line):
        return line.split('"')[1]
    found = _NAME.match(line)
    return found["name"] if found else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _replaced(change: FileChange) -> Iterator[tuple[list[int], list[int]]]:
    """Runs of removed lines and the added ones in their place, hunk by hunk."""
    for base_start, base_length, head_start, head_length in change.hunks:
        old, new = base_start, head_start
        while old < base_start + base_length or new < head_start + head_length:
            removed = _run(old, change.removed)
            added = _run(new, change.added)
            if removed and added:
                yield removed, added
            old += len(removed) or (0 if added else 1)
            new += len(added) or (0 if removed else 1)


def _run(start: int, lines: frozenset[int]) -> list[int]:
    end = start
    while end in lines:
        end += 1
    return list(range(start, end))


def _with(tree: SourceTree, path: str, lines: Iterable[str]) -> SourceTree:
    """The tree with one file's contents replaced."""
    content = "\n".join(lines).encode()
    blob = hashlib.sha256(content).hexdigest()
    changed = dict.fromkeys((path, *(alias for alias, real in tree.aliases.items() if real == path)), blob)
    return dataclasses.replace(tree, listing={**tree.listing, **changed}, blobs={**tree.blobs, blob: content})


def _scores_lower(result: Review | None, review: Review) -> bool:
    if result is None or len(result.gaps) > len(review.gaps):
        return False
    if len(result.undecided) > len(review.undecided):
        return False
    return (result.score, _points(result)) < (review.score, _points(review))


def _points(review: Review) -> int:
    return sum(finding.points for finding in review.gained)
