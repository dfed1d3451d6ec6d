"""Cuts a row of access into the score's cells: for each service and kind of action, the worst grade and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from bot.access_diff.delta import Row
from bot.frozen import dataclass
from bot.iam.acting import acts_on
from bot.iam.arn import is_everything, printed_segments, service_of
from bot.iam.catalog import load_catalog
from bot.iam.load_balancing import accounts_that_log
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.model import GRADES, GradeName
from bot.risk.action_order import place_of
from bot.risk.administering_roles import assumes_administrator
from bot.risk.exposure import ExternalPrincipal, PrincipalExposure, guest, outsiders
from bot.risk.grant_context import GrantContext
from bot.risk.kubernetes import cluster_access
from bot.risk.resource_scope import WIDTH_WORDS, ResourceScope, is_kept_by_aws, pattern_width, width_of
from bot.risk.score import POINTS
from bot.risk.score_steps import Weighed, after_steps
from bot.risk.score_table import ROW_WORDS, TABLE, TableRow, row_of

ALL_SERVICES = "*"


@dataclass(frozen=True, slots=True)
class ScoreComponent:
    """The worst grade of one kind of action in one service, and the words that explain it."""

    service: str
    kind: TableRow
    grade: GradeName
    width: ResourceScope
    who: ExternalPrincipal
    action: str
    steps: tuple[str, ...] = ()
    counts: bool = True
    more: int = 0
    words: str = ""

    @property
    def key(self) -> tuple[str, TableRow]:
        """What makes two cells of one holder the same."""
        return (self.service, self.kind)

    @property
    def points(self) -> int:
        """What the cell adds to the score; one that spans all services weighs as ten of them."""
        return self.counts * POINTS[self.grade] * (10 if self.service == ALL_SERVICES else 1)

    @property
    def rank(self) -> int:
        """The grade as a number."""
        return GRADES.index(self.grade)

    def __str__(self) -> str:
        steps = f" ({'; '.join(self.steps)})" if self.steps else ""
        if self.words:
            return f"{self.words}: {self.grade}{steps}"
        more = f" and {self.more} more" if self.more else ""
        where = f"on {WIDTH_WORDS[self.width]}"
        who = "" if self.who.who is PrincipalExposure.HOLDER else f", for {self.who.words}"
        return f"{ROW_WORDS[self.kind]} {where}{who}, {self.action}{more}: {self.grade}{steps}"


@lru_cache(maxsize=4096)
def score_components(row: Row, setting: GrantContext) -> tuple[ScoreComponent, ...]:
    """The row's cells, worst first; never empty.

    Every pair of an action pattern and a resource pattern is weighed by itself, so that it makes no
    difference how a policy puts them together. Kept, as a root's variants mostly hold the same.
    """
    people = _people(row, setting)
    worst: dict[tuple[str, TableRow], ScoreComponent] = {}
    for resource in ("",) if setting.on_resource else row.resources or ("*",):
        for pattern in row.actions:
            for usual, actions in _kinds(pattern, row.except_actions, resource):
                kind = cluster_access(actions, row.conditions, usual)
                kind = TableRow.LIST if _assumes_itself(actions, resource, setting) else kind
                kind = TableRow.ADMINISTER if assumes_administrator(actions, resource) else kind
                cell = _weighed(kind, actions, resource, row, setting, people)
                worst[cell.key] = max(worst.get(cell.key, cell), cell, key=lambda one: (one.rank, one.width))
    cells = sorted(worst.values(), key=lambda cell: (-cell.rank, -cell.kind, cell.service))
    return tuple(cells) or (_misfit(row, people),)


def _people(row: Row, setting: GrantContext) -> tuple[ExternalPrincipal, ...]:
    if setting.guests:
        return (guest(row.conditions),)
    ours = setting.own_accounts | accounts_that_log(row.actions)
    return outsiders(() if setting.limits else row.principals, row.conditions, ours, setting.foreign_accounts)


def _assumes_itself(actions: Sequence[str], resource: str, setting: GrantContext) -> bool:
    """A role that may assume itself gains nobody's rights."""
    if [name.lower() for name in actions] != ["sts:assumerole"]:
        return False
    return any(resource == own or fnmatchcase(resource, own) for own in setting.itself)


def _misfit(row: Row, people: Sequence[ExternalPrincipal]) -> ScoreComponent:
    """What can be reached by no published action: gained nevertheless, and worth no point."""
    action = row.actions[0] if row.actions else "*"
    return ScoreComponent(_service(action), TableRow.LIST, "low", ResourceScope.NAMED, people[0], action, counts=False)


@lru_cache(maxsize=65536)
def _kinds(pattern: str, excepted: tuple[str, ...], resource: str) -> tuple[tuple[TableRow, tuple[str, ...]], ...]:
    """The actions a pattern covers on a resource, by kind. `resource` "" is the holder itself."""
    with_sessions = False
    if is_everything(pattern):
        services = _services(resource)
        if services is None:
            return tuple((kind, ("*",)) for kind in reversed(TableRow))
        pattern, with_sessions = f"{services}:*", services == "iam"  # STS acts on IAM's roles
    left = _actions_but(pattern, excepted)
    if with_sessions:
        left += _actions_but("sts:*", excepted)
    if not left:
        # All that AWS has published so far is excepted: what is new is what it may publish later.
        return ((TableRow.LIST, (pattern,)),)
    kinds: dict[TableRow, list[str]] = {}
    for name in left:
        if not resource or acts_on(name, resource):
            kinds.setdefault(_row_of(name, resource), []).append(name)
    return tuple((kind, tuple(names)) for kind, names in kinds.items())


def _row_of(name: str, resource: str) -> TableRow:
    kind = row_of(name, _width(name, resource))
    return TableRow.PERMISSIONS if kind is TableRow.EMPOWER and is_kept_by_aws(resource) else kind


def _actions_but(pattern: str, excepted: tuple[str, ...]) -> list[str]:
    """What AWS has published of a pattern, or the one action that it names, without those excepted."""
    catalog = load_catalog()
    published = catalog.expand(pattern)
    if not published and "*" not in pattern and "?" not in pattern:
        published = (pattern,)
    without = {name for item in excepted for name in catalog.expand(item)}
    return [name for name in published if name not in without]


def _width(action: str, resource: str) -> ResourceScope:
    return width_of(resource, action) if resource else ResourceScope.NAMED


def _service(action: str) -> str:
    return service_of(action).lower()


def _services(resource: str) -> str | None:
    """The service that a resource pattern belongs to; None if it may be of any."""
    if resource.startswith("${aws_"):
        return _SERVICE_OF_TYPE.get(resource[2:].partition(".")[0])
    parts = printed_segments(resource)
    service = parts[2] if len(parts) == 6 else ""
    return service if service.replace("-", "").isalnum() else None


_SERVICE_OF_TYPE = {name: row.service for name, row in RESOURCE_TYPES.items() if row.service}


def _weighed(
    kind: TableRow,
    actions: Sequence[str],
    resource: str,
    row: Row,
    setting: GrantContext,
    people: Iterable[ExternalPrincipal],
) -> ScoreComponent:
    action, width = _widest(actions, resource)
    weighed = Weighed(TABLE[kind][width], kind, width, actions, row, resource)
    graded = ((*after_steps(weighed, setting, one), one) for one in people)
    rank, steps, who = max(graded, key=lambda item: (item[0], item[2].who))
    service = ALL_SERVICES if action == "*" else _service(action)
    return ScoreComponent(service, kind, GRADES[rank], width, who, action, steps, more=len(actions) - 1)


def _widest(actions: Sequence[str], resource: str) -> tuple[str, ResourceScope]:
    if not resource:
        return min(actions, key=place_of), ResourceScope.NAMED
    if actions[0] == "*":
        return "*", pattern_width(resource)
    widths = ((action, width_of(resource, action)) for action in actions)
    return max(widths, key=lambda item: (item[1], -place_of(item[0])))
