"""Cuts a row of access into the score's cells: for each service and kind of action, the worst grade and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from bot.iam.catalog import load_catalog
from bot.privilege_diff.delta import Row
from bot.risk.action_kind import ESCALATING, KIND_WORDS, ActionKind, kind_of
from bot.risk.conditions import SOURCE_KEYS, limited_by, limits
from bot.risk.finding import GRADES, GradeName
from bot.risk.score import POINTS
from bot.risk.settings import Rules
from bot.risk.who import WHO_WORDS, Outsider, Who, outsiders
from bot.risk.width import WIDTH_WORDS, Width, pattern_width, width_of

_TABLE: dict[ActionKind, tuple[int, int, int, int]] = {
    ActionKind.ADMINISTER: (3, 4, 4, 4),
    ActionKind.PERMISSIONS: (2, 2, 3, 4),
    ActionKind.WRITE: (1, 1, 2, 3),
    ActionKind.READ: (1, 1, 2, 3),
    ActionKind.LIST: (1, 1, 1, 1),
}
"""Kind of action by width, as indexes into GRADES."""

_OUTSIDE_STEP = {Who.EXTERNAL: 1, Who.ORGANIZATION: 1, Who.SUBJECT_PATTERN: 1}
_CRITICAL = GRADES.index("critical")
ALL_SERVICES = "*"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a row stands in the world: what holds it, and what the rules say of its surroundings.

    `on_resource`: a resource or trust policy, whose resources are the holder itself. `latent`: attached
    to nothing this repository shows. `fresh`: the holder is new, so that its being usable is no news.
    """

    on_resource: bool = False
    trust: bool = False
    latent: bool = False
    fresh: bool = False
    holder: str = ""
    own_accounts: frozenset[str] = frozenset()
    sensitive: tuple[str, ...] = ()


def own_accounts(rules: Rules) -> frozenset[str]:
    """The account ids that configuration calls ours."""
    return frozenset(rules.accounts) | {root.account_id for root in rules.roots if root.account_id}


@dataclass(frozen=True, slots=True)
class Cell:
    """The worst grade of one kind of action in one service, and the words that explain it."""

    service: str
    kind: ActionKind
    grade: GradeName
    width: Width
    who: Outsider
    action: str
    steps: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ActionKind]:
        """What makes two cells of one holder the same."""
        return (self.service, self.kind)

    @property
    def points(self) -> int:
        """What the cell adds to the score; one that spans all services weighs as ten of them."""
        return POINTS[self.grade] * (10 if self.service == ALL_SERVICES else 1)

    @property
    def rank(self) -> int:
        """The grade as a number."""
        return GRADES.index(self.grade)

    def __str__(self) -> str:
        what = f"{self.action} {KIND_WORDS[self.kind]}"
        where = f"on {WIDTH_WORDS[self.width]}"
        who = "" if self.who.who is Who.HOLDER else f", for {WHO_WORDS[self.who.who]}"
        return "; ".join((f"{what}, {where}{who}: {self.grade}", *self.steps))


def cells_of(row: Row, setting: Setting) -> tuple[Cell, ...]:
    """The row's cells, worst first; never empty."""
    people = outsiders(row.principals, row.conditions, setting.own_accounts)
    groups = _grouped(row.actions, row.except_actions, row.resources, setting.on_resource)
    cells = (_worst(key, actions, row, setting, people) for key, actions in groups.items())
    return tuple(sorted(cells, key=lambda cell: (-cell.rank, -cell.kind, cell.service)))


@lru_cache(maxsize=4096)
def _grouped(
    actions: tuple[str, ...], excepted: tuple[str, ...], resources: tuple[str, ...], on_resource: bool
) -> dict[tuple[str, ActionKind], tuple[str, ...]]:
    if any(_is_all(action) for action in actions):
        services = None if on_resource else _services(resources)
        if services is None:
            return {(ALL_SERVICES, kind): ("*",) for kind in reversed(ActionKind)}
        actions = tuple(f"{service}:*" for service in sorted(services))
    catalog = load_catalog()
    without = {name for pattern in excepted for name in catalog.expand(pattern)}
    groups: dict[tuple[str, ActionKind], list[str]] = {}
    for action in actions:
        for name in catalog.expand(action) or (action,):
            if name not in without and (name == action or on_resource or _meets(name, resources)):
                kind = ActionKind.LIST if "*" in name or "?" in name else kind_of(name)
                groups.setdefault((name.partition(":")[0].lower(), kind), []).append(name)
    if not groups:
        # Nothing AWS has published so far: what is left is what it may publish later.
        return {(actions[0].partition(":")[0].lower() if actions else "", ActionKind.LIST): actions[:1] or ("",)}
    return {key: tuple(names) for key, names in groups.items()}


def _is_all(action: str) -> bool:
    return not action.strip("*:")


def _services(resources: Sequence[str]) -> set[str] | None:
    """The services that the resources belong to; None if they may be of any."""
    found = set()
    for resource in resources:
        parts = resource.split(":", 5)
        if resource.startswith("${aws_"):
            service = _SERVICE_OF_TYPE.get(resource[2:].partition(".")[0])
        else:
            service = parts[2] if len(parts) == 6 else None
        if service is None or not service.isascii() or not service.replace("-", "").isalnum():
            return None
        found.add(service)
    return found or None


_SERVICE_OF_TYPE = {
    "aws_s3_bucket": "s3",
    "aws_sqs_queue": "sqs",
    "aws_sns_topic": "sns",
    "aws_dynamodb_table": "dynamodb",
    "aws_kms_key": "kms",
    "aws_lambda_function": "lambda",
    "aws_secretsmanager_secret": "secretsmanager",
    "aws_ecr_repository": "ecr",
    "aws_ssm_parameter": "ssm",
    "aws_cloudwatch_log_group": "logs",
}


@lru_cache(maxsize=65536)
def _meets(action: str, resources: tuple[str, ...]) -> bool:
    """Whether the action can act on something the patterns cover, as far as their fixed beginnings tell."""
    patterns = load_catalog().fits(action)
    return any(_overlap(pattern, resource) for pattern in patterns for resource in resources)


def _overlap(pattern: str, resource: str) -> bool:
    if "*" in (pattern, resource) or resource.startswith("${"):
        return True
    left, right = pattern.split(":", 5), resource.split(":", 5)
    if len(left) < 6 or len(right) < 6:
        return True
    if not (_same(left[2], right[2])):
        return False
    ours, theirs = left[5].partition("*")[0], right[5].partition("*")[0].partition("${")[0]
    return ours.startswith(theirs) or theirs.startswith(ours)


def _same(left: str, right: str) -> bool:
    return fnmatchcase(left, right) or fnmatchcase(right, left)


def _worst(
    key: tuple[str, ActionKind],
    actions: Sequence[str],
    row: Row,
    setting: Setting,
    people: Iterable[Outsider],
) -> Cell:
    service, kind = key
    action, width = _widest(actions, row.resources, setting)
    if kind is ActionKind.PERMISSIONS and width >= Width.TYPE and not setting.on_resource:
        # On a whole type the caller's own role or policy is among the targets: one call makes it administrator.
        strong = next((name for name in actions if name.lower() in ESCALATING), None)
        if strong:
            action, kind = strong, ActionKind.ADMINISTER
    graded = (_graded(_TABLE[kind][width], kind, width, row, setting, one) for one in people)
    rank, steps, who = max(graded, key=lambda item: (item[0], item[2].who))
    return Cell(service, kind, GRADES[rank], width, who, action, steps)


def _widest(actions: Sequence[str], resources: Sequence[str], setting: Setting) -> tuple[str, Width]:
    if setting.on_resource or not resources:
        return actions[0], Width.NAMED
    if actions[0] == "*":
        return "*", max(pattern_width(resource) for resource in resources)
    return max(
        ((action, width_of(resource, action)) for action in actions for resource in resources),
        key=lambda item: item[1],
    )


def _graded(
    rank: int, kind: ActionKind, width: Width, row: Row, setting: Setting, one: Outsider
) -> tuple[int, tuple[str, ...], Outsider]:
    if one.who in (Who.ANYONE, Who.PROVIDER):
        single = kind <= ActionKind.READ and not any("*" in resource for resource in row.resources)
        public = "public read of one named thing: high" if single else f"{WHO_WORDS[one.who]}: critical"
        return _CRITICAL - single, (public,), one
    steps: list[str] = []
    for change, words in _steps(kind, row, setting, one):
        rank += change
        steps.append(f"{'+' if change > 0 else '-'}1 step, {words}")
    return min(max(rank, 1), _CRITICAL), tuple(steps), one


def _steps(kind: ActionKind, row: Row, setting: Setting, one: Outsider) -> Iterable[tuple[int, str]]:
    if one.who in _OUTSIDE_STEP:
        yield 1, WHO_WORDS[one.who]
    if kind > ActionKind.LIST and _sensitive(row, setting):
        yield 1, "a sensitive resource"
    if (
        one.who is Who.SERVICE
        and setting.on_resource
        and not setting.trust
        and not limited_by(row.conditions, SOURCE_KEYS)
    ):
        yield 1, "the service may act for anyone (no aws:SourceArn or aws:SourceAccount)"
    if setting.trust and (one.who is Who.SERVICE or (setting.fresh and one.who in (Who.INSIDE, Who.SUBJECT))):
        yield -1, "this is what makes the role usable at all" if setting.fresh else "only AWS itself can use it"
    limiting = next((condition for condition in row.conditions if limits(condition)), None)
    if limiting and one.who in (Who.HOLDER, Who.SERVICE, Who.INSIDE, Who.EXTERNAL):
        yield -1, f"limited by {limiting.key}"
    if setting.latent:
        yield -1, "attached to nothing this repository shows"


def _sensitive(row: Row, setting: Setting) -> bool:
    names = (setting.holder,) if setting.on_resource else row.resources
    return any(_same(name, glob) for name in names for glob in setting.sensitive)
