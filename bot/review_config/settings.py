"""The rules of one repository: `.iam-review.yaml`, read from the base revision."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import field
from functools import lru_cache
from typing import Annotated, Literal, get_args, get_type_hints

import msgspec
import yaml

from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frozen import dataclass
from bot.review.model import GRADES, GradeName
from bot.yaml_keys import repeated_keys

RULES_FILE = ".iam-review.yaml"

MAX_BYTES = 256 * 1024
"""A longer file is not read."""

Threshold = Literal["low", "medium", "high", "critical", "never"]
FailClosed = Literal["off", "changed", "all"]


@dataclass(frozen=True, slots=True)
class RootRule:
    """Settings for the roots whose directory matches the glob `path`; the first match counts.

    `var_files` and `workspaces` are the roots' variants, those of one name together; both may be patterns.
    """

    path: str
    account_id: str | None = None
    region: str | None = None
    partition: str = "aws"
    workspaces: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathRule:
    """Thresholds for findings in files that match the glob `path`; the first match counts, None inherits."""

    path: str
    fail_at: Threshold | None = None
    comment_at: Threshold | None = None


@dataclass(frozen=True, slots=True)
class NeverGranted:
    """Access that no change may grant, as AWS's access-not-granted check: any of `actions` on any of `resources`."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReferencePolicy:
    """Access that no change may exceed: a policy JSON file of the repository, for the principals that match."""

    file: str
    kind: Literal["identity", "resource"] = "identity"
    principals: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Guardrails:
    """What no change may do, whatever its grade; `exempt_principals` are globs over addresses and names."""

    never_grant: tuple[NeverGranted, ...] = ()
    reference_policies: tuple[ReferencePolicy, ...] = ()
    exempt_principals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredWaiver:
    """An accepted finding: it blocks nothing up to `until` (ISO date, that day included).

    `fingerprint` is as comments show it, or the full one. `scope` are the addresses it may be about; without them any
    that the fingerprint covers.
    """

    fingerprint: str
    until: str
    reason: str
    approver: str = ""
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """How to judge and when to speak.

    `mode` is how loud the bot is on the forge: observe (a report and a neutral check), comment (comments too, the
    check never fails) or enforce. `fail_at` is the lowest grade that fails the check, `comment_at` the lowest that
    gets an inline comment (at most `max_comments` of them, the rest are in the summary); `paths` overrides both for
    some files. `rules` switches single rules off or gives their findings a fixed grade. `approvers` are the logins
    and teams ("organisation/team") that may accept findings, for at most `max_waiver_days`; with `accept_by_approval`
    by approving the change request too. `help_pages` is the address under which the rules' pages are published
    ("https://example.org/rules/").
    """

    mode: Literal["observe", "comment", "enforce"] = "observe"
    fail_at: Threshold = "high"
    comment_at: Threshold = "medium"
    max_comments: int = 10
    fail_closed: FailClosed = "off"
    roots: tuple[RootRule, ...] = ()
    accounts: tuple[str, ...] = ()
    sensitive_resources: tuple[str, ...] = ()
    ignored_paths: tuple[str, ...] = ()
    paths: tuple[PathRule, ...] = ()
    rules: dict[str, Literal["off", "low", "medium", "high", "critical"]] = field(default_factory=dict)
    guardrails: Guardrails = Guardrails()
    approvers: tuple[str, ...] = ()
    waivers: tuple[DeclaredWaiver, ...] = ()
    max_waiver_days: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 90
    accept_by_approval: bool = False
    help_pages: str = ""


@dataclass(frozen=True, slots=True)
class LoadedReviewConfig:
    """Rules, what is wrong with their file, and which settings it gives.

    A bad file gives none, and no review passes by it: nobody knows how strict it was meant to be.
    """

    rules: ReviewConfig
    problems: tuple[Diagnostic, ...] = field(default=())
    given: frozenset[str] = frozenset()


class _DatesAsText(yaml.SafeLoader):
    """Leaves a date that is not quoted the text that it is."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


@lru_cache(maxsize=8)  # a review asks for both sides' settings several times
def load_review_config(text: str | None, source: str) -> LoadedReviewConfig:
    """Read `.iam-review.yaml`; None means there is none. `source` names the file in messages.

    A file that is wrong anywhere counts as a whole as not there: half of somebody's rules may be the
    looser half.
    """
    if text is None or not text.strip():
        return LoadedReviewConfig(ReviewConfig())
    if len(text) > MAX_BYTES:
        return LoadedReviewConfig(ReviewConfig(), (unreadable(source, f": longer than {MAX_BYTES} characters"),))
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        content = yaml.load(text, _DatesAsText)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return LoadedReviewConfig(ReviewConfig(), (unreadable(source, f": {_yaml_problem(error)}"),))
    if content is None:
        return LoadedReviewConfig(ReviewConfig())
    twice = tuple(unreadable(source, f": {one.words}", one.line) for one in repeated_keys(node))
    problems = twice + tuple(unreadable(source, words, line) for line, words in _unknown_keys(node, ReviewConfig, ""))
    if problems:
        return LoadedReviewConfig(ReviewConfig(), problems)
    try:
        return LoadedReviewConfig(msgspec.convert(content, ReviewConfig), given=frozenset(content))
    except msgspec.ValidationError as error:
        return LoadedReviewConfig(ReviewConfig(), (_type_problem(error, node, source),))


def unreadable(source: str, words: str, line: int = 0) -> Diagnostic:
    """What is wrong with the settings called `source`: `words` follow its name and the line, if one is known."""
    place = f":{line}" if line else ""
    return Diagnostic.of(DiagnosticKind.UNREADABLE_SETTINGS, f"{source}{place}{words}", Span(source, line, 0, line, 0))


def item_lines(text: str, key: str) -> tuple[int, ...]:
    """The line of each item of a list that the file has under `key`; none where the file has no such list."""
    found = _child(yaml.compose(text, yaml.SafeLoader), key)
    return tuple(item.start_mark.line + 1 for item in found.value) if isinstance(found, yaml.SequenceNode) else ()


def meets(grade: GradeName, threshold: Threshold) -> bool:
    """Whether `grade` is at or above `threshold`; "none" never is."""
    return threshold != "never" and GRADES.index(grade) >= GRADES.index(threshold)


_SERVERS = frozenset(("database", "broker", "cache_dir", "limits", "pages", "organisation", "host", "port"))
"""Keys by which somebody took the server's file for a repository's rules."""


def _hint(name: str, known: Collection[str]) -> str:
    if name in _SERVERS:
        return ": it belongs to the server's configuration, which iam-review doctor --config FILE looks at"
    if name in ("defaults", "enforced"):
        return ": an organisation's file has it, which `iam-review config check --organisation FILE` looks at"
    close = difflib.get_close_matches(name, known, 1)
    return f", did you mean {close[0]}?" if close else f" (known: {', '.join(known)})"


def _unknown_keys(node: yaml.Node | None, model: type, path: str) -> Iterator[tuple[int, str]]:
    """The line of each, and what is wrong with it."""
    if not isinstance(node, yaml.MappingNode):
        return
    known = get_type_hints(model)
    for key, value in node.value:
        name = str(key.value)
        if name not in known:
            yield key.start_mark.line + 1, f": unknown key {path}{name}{_hint(name, known)}"
            continue
        for section in (known[name], *get_args(known[name])):
            if dataclasses.is_dataclass(section) and isinstance(section, type):
                yield from _unknown_in(value, section, f"{path}{name}")


def _unknown_in(value: yaml.Node, section: type, path: str) -> Iterator[tuple[int, str]]:
    if isinstance(value, yaml.SequenceNode):
        for index, item in enumerate(value.value):
            yield from _unknown_keys(item, section, f"{path}[{index}].")
    else:
        yield from _unknown_keys(value, section, f"{path}.")


def _yaml_problem(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "not YAML"
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)


def _type_problem(error: msgspec.ValidationError, node: yaml.Node | None, source: str) -> Diagnostic:
    """ "Expected `int`, got `str` - at `$.max_comments`" with the key and its line."""
    what, _, path = str(error).partition(" - at `$")
    path = path.rstrip("`")
    steps = re.findall(r"[^.\[\]]+", path)
    for step in steps:
        node = _child(node, step) or node
    name = path.lstrip(".") or "the file"
    remedy = ": put it in quotes" if what.startswith("Expected `str`") and isinstance(node, yaml.ScalarNode) else ""
    return unreadable(
        source, f": {name}: {what[:1].lower()}{what[1:]}{remedy}", node.start_mark.line + 1 if node else 0
    )


def _child(node: yaml.Node | None, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        item = node.value[int(step)]
        return item if isinstance(item, yaml.Node) else None
    return None
