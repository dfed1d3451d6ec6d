"""What kind of power an action is: the rows of the score's table."""

from __future__ import annotations

import difflib
import enum
import tomllib
from functools import cache

from bot.frozen import dataclass
from bot.iam.action_glob import ActionGlob
from bot.iam.arn import service_of, split_action
from bot.iam.catalog import load_catalog
from bot.iam.packaged import data_bytes
from bot.late_pattern import late_pattern


class ActionKind(enum.StrEnum):
    """From the most to the least powerful; LIST includes tagging and reading metadata."""

    ADMINISTERS = "administers"
    PERMISSIONS = "permissions"
    CREDENTIALS = "credentials"
    WRITE = "write"
    OPERATE = "operate"
    READ_DATA = "read_data"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class KindRule:
    """One rule of `bot/iam/data/action_kinds.toml`; `level` None matches any action, known or not."""

    kind: ActionKind
    why: str
    patterns: tuple[str, ...]
    globs: tuple[ActionGlob, ...]
    level: str | None = None

    def matches(self, action: str, level: str) -> bool:
        """Whether the rule speaks of a canonical action with AWS's access level `level` ("unknown" if not known)."""
        if self.level not in (None, level):
            return False
        start = len(service_of(action)) + 1
        return any(glob.select((action,), start) for glob in self.globs)


@cache
def kind_of(action: str) -> ActionKind:
    """The kind of one action ("s3:GetObject", any case); an unknown one is judged by what it is nearly called, or its
    verb."""
    return rule_for(action).kind


def rule_for(action: str) -> KindRule:
    """The rule that decides; its `why` is for people."""
    info = load_catalog().info(action)
    if info is None and (meant := _nearly(action)):
        info = load_catalog().info(meant)
    name, level = (str(info), info.level.value) if info else (action, "unknown")
    if split_action(name) is None:
        name = f"{name}:"
    prefix = service_of(name).lower()
    return next(rule for rule in _rules_of(prefix) if rule.matches(name, level))


def _nearly(action: str) -> str:
    """The action of the same service and verb whose name an unknown one nearly has; "" if there is none.

    It is a slip of the pen, or one of a family that AWS has made longer since: in either case of that one's kind.
    """
    near = "" if "*" in action or "?" in action else load_catalog().nearest(action) or ""
    same = _VERB.match((split_action(action) or ("", ""))[1]), _VERB.match((split_action(near) or ("", ""))[1])
    if service_of(near) != service_of(action).lower() or not all(same) or len({one[0] for one in same if one}) > 1:
        return ""
    return near if difflib.SequenceMatcher(None, action.lower(), near.lower()).ratio() >= _ALIKE else ""


_VERB = late_pattern(r"[A-Z][a-z]+")
_ALIKE = 0.85
"""Of 1, where the verbs are the same."""


@cache
def kind_rules() -> tuple[KindRule, ...]:
    """All rules in order; the first that matches an action decides."""
    table = tomllib.loads(data_bytes("action_kinds.toml").decode())
    return tuple(
        KindRule(
            ActionKind(rule["kind"]), rule["why"], tuple(rule["actions"]), _globs(rule["actions"]), rule.get("level")
        )
        for rule in table["rule"]
    )


@cache
def _rules_of(prefix: str) -> tuple[KindRule, ...]:
    """The rules that can speak of a service, each with only the patterns that can."""
    rules = []
    for rule in kind_rules():
        globs = tuple(glob for glob in rule.globs if glob.service in (None, "*", prefix))
        if globs:
            rules.append(KindRule(rule.kind, rule.why, rule.patterns, globs, rule.level))
    return tuple(rules)


def _globs(patterns: list[str]) -> tuple[ActionGlob, ...]:
    return tuple(glob for glob in map(ActionGlob.parse, patterns) if glob is not None)
