"""Cuts a row of access into the score's cells: for each service and kind of action, the worst grade and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from bot.access_diff.delta import Row
from bot.evaluated.config import RootKind
from bot.evaluated.thing import Replacement
from bot.frozen import dataclass
from bot.iam.arn import is_everything, matches_star, printed_segments, segments, service_of
from bot.iam.catalog import load_catalog
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.model import GRADES, GradeName
from bot.risk.execution import is_service_work
from bot.risk.exposure import WHO_WORDS, ExternalPrincipal, PrincipalExposure, outsiders
from bot.risk.kubernetes import cluster_access
from bot.risk.limiting_conditions import ACCOUNT_KEYS, SOURCE_KEYS, limited_by, limits
from bot.risk.resource_scope import WIDTH_WORDS, ResourceScope, pattern_width, width_of
from bot.risk.score import POINTS
from bot.risk.score_table import ROW_WORDS, TABLE, TableRow, row_of

_OUTSIDE_STEP = {PrincipalExposure.EXTERNAL: 1, PrincipalExposure.ORGANIZATION: 1, PrincipalExposure.SUBJECT_PATTERN: 1}
_MEDIUM, _CRITICAL = GRADES.index("medium"), GRADES.index("critical")
ALL_SERVICES = "*"


@dataclass(frozen=True, slots=True)
class GrantContext:
    """How a row stands in the world: what holds it, and what the rules say of its surroundings.

    `on_resource`: a resource or trust policy, whose resources are the holder itself. `unattached`: attached
    to nothing this repository shows. `disabled_by_default`: kept out today by a variable's default.
    `new_principal`: the holder is new, so that its being usable is no news.
    `administers`: the role of a trust policy is an administrator's, or can become so by itself.
    `limits`: a policy that gives nothing by itself and only limits what others give. `execution`: the
    AWS-managed policy for execution roles that the row comes from (`bot.risk.execution`). `itself`: the role's
    own ARN, as a symbol and as a glob. `replaced` are addresses of its root that bear another thing than before,
    `variants` the names of the root's variants that it is said of. `root_kind` says whether its root is applied.
    """

    on_resource: bool = False
    trust: bool = False
    unattached: bool = False
    disabled_by_default: bool = False
    new_principal: bool = False
    limits: bool = False
    administers: bool = False
    execution: str = ""
    holder: str = ""
    itself: tuple[str, ...] = ()
    own_accounts: frozenset[str] = frozenset()
    sensitive: tuple[str, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    variants: tuple[str, ...] = ()
    root_kind: RootKind = "root"


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
        who = "" if self.who.who is PrincipalExposure.HOLDER else f", for {WHO_WORDS[self.who.who]}"
        return f"{ROW_WORDS[self.kind]} {where}{who}, {self.action}{more}: {self.grade}{steps}"


def score_components(row: Row, setting: GrantContext) -> tuple[ScoreComponent, ...]:
    """The row's cells, worst first; never empty.

    Every pair of an action pattern and a resource pattern is weighed by itself, so that it makes no
    difference how a policy puts them together.
    """
    people = outsiders(() if setting.limits else row.principals, row.conditions, setting.own_accounts)
    worst: dict[tuple[str, TableRow], ScoreComponent] = {}
    for resource in ("",) if setting.on_resource else row.resources or ("*",):
        for pattern in row.actions:
            for usual, actions in _kinds(pattern, row.except_actions, resource):
                kind = cluster_access(actions, row.conditions, usual)
                kind = TableRow.LIST if _assumes_itself(actions, resource, setting) else kind
                cell = _weighed(kind, actions, resource, row, setting, people)
                worst[cell.key] = max(worst.get(cell.key, cell), cell, key=lambda one: (one.rank, one.width))
    cells = sorted(worst.values(), key=lambda cell: (-cell.rank, -cell.kind, cell.service))
    return tuple(cells) or (_misfit(row, people),)


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
    if is_everything(pattern):
        services = _services(resource)
        if services is None:
            return tuple((kind, ("*",)) for kind in reversed(TableRow))
        pattern = f"{services}:*"
    left = _actions_but(pattern, excepted)
    if not left:
        # All that AWS has published so far is excepted: what is new is what it may publish later.
        return ((TableRow.LIST, (pattern,)),)
    kinds: dict[TableRow, list[str]] = {}
    for name in left:
        if not resource or _meets(name, resource):
            kinds.setdefault(row_of(name, _width(name, resource)), []).append(name)
    return tuple((kind, tuple(names)) for kind, names in kinds.items())


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


@lru_cache(maxsize=65536)
def _meets(action: str, resource: str) -> bool:
    """Whether the action can act on something the pattern covers, as far as their fixed beginnings tell."""
    catalog = load_catalog()
    if not catalog.resource_level(action):
        return matches_star(resource)
    return any(_overlap(pattern, resource) for pattern in catalog.fits(action))


def _overlap(pattern: str, resource: str) -> bool:
    if "*" in (pattern, resource) or resource.startswith("${"):
        return True
    left, right = segments(pattern), printed_segments(resource)
    if len(left) < 6 or len(right) < 6:
        return True
    if not (_same(left[2], right[2])):
        return False
    ours, theirs = left[5].partition("*")[0], right[5].partition("*")[0].partition("${")[0]
    return ours.startswith(theirs) or theirs.startswith(ours)


def _same(left: str, right: str) -> bool:
    return fnmatchcase(left, right) or fnmatchcase(right, left)


def _weighed(
    kind: TableRow,
    actions: Sequence[str],
    resource: str,
    row: Row,
    setting: GrantContext,
    people: Iterable[ExternalPrincipal],
) -> ScoreComponent:
    action, width = _widest(actions, resource)
    graded = (_graded(TABLE[kind][width], kind, row, setting, one) for one in people)
    rank, steps, who = max(graded, key=lambda item: (item[0], item[2].who))
    service = ALL_SERVICES if action == "*" else _service(action)
    return ScoreComponent(service, kind, GRADES[rank], width, who, action, steps, more=len(actions) - 1)


def _widest(actions: Sequence[str], resource: str) -> tuple[str, ResourceScope]:
    if not resource:
        return actions[0], ResourceScope.NAMED
    if actions[0] == "*":
        return "*", pattern_width(resource)
    return max(((action, width_of(resource, action)) for action in actions), key=lambda item: item[1])


def _graded(
    rank: int, kind: TableRow, row: Row, setting: GrantContext, one: ExternalPrincipal
) -> tuple[int, tuple[str, ...], ExternalPrincipal]:
    if one.who in (PrincipalExposure.ANYONE, PrincipalExposure.PROVIDER):
        single = kind in (TableRow.LIST, TableRow.READ) and not any("*" in resource for resource in row.resources)
        told = (*(["it only reads one named thing"] if single else ()), *not_applied(setting))
        return _CRITICAL - len(told), told, one
    steps: list[str] = []
    for change, words in _steps(kind, row, setting, one):
        rank += change
        steps.append(f"{'+' if change > 0 else '-'}1 step, {words}")
    if rank > _MEDIUM and is_service_work(setting.execution):
        rank -= 1
        steps.append("-1 step, the service works with it and nobody's code")
    return min(max(rank, 1), _CRITICAL), tuple(steps), one


def _steps(kind: TableRow, row: Row, setting: GrantContext, one: ExternalPrincipal) -> Iterable[tuple[int, str]]:
    if one.who in _OUTSIDE_STEP:
        yield from _outside(setting, one)
    elif setting.administers and one.who in _SUBJECTS:
        yield 1, ADMINISTERS
    if kind > TableRow.LIST and _sensitive(row, setting):
        yield 1, "a sensitive resource"
    if one.who is PrincipalExposure.SERVICE and _for_anyone(row, setting):
        yield 1, "the service may act for anyone (no aws:SourceArn or aws:SourceAccount)"
    if setting.trust and (
        one.who is PrincipalExposure.SERVICE
        or (setting.new_principal and one.who in (PrincipalExposure.INSIDE, PrincipalExposure.SUBJECT))
    ):
        yield -1, "this is what makes the role usable at all" if setting.new_principal else "only AWS itself can use it"
    if one.who in _LIMITED:
        yield from _limiting(row, one)
    yield from _by_place(setting)


_SUBJECTS = (PrincipalExposure.SUBJECT, PrincipalExposure.NARROWED)
"""Somebody of another system, though one that is named: what the role may do is what is given away."""

ADMINISTERS = "the role administers the account"

_LIMITED = (
    PrincipalExposure.HOLDER,
    PrincipalExposure.SERVICE,
    PrincipalExposure.INSIDE,
    PrincipalExposure.EXTERNAL,
)
"""Whom a condition narrows; who else is let in is made of the conditions."""


def _for_anyone(row: Row, setting: GrantContext) -> bool:
    return setting.on_resource and not setting.trust and not limited_by(row.conditions, SOURCE_KEYS)


def _limiting(row: Row, one: ExternalPrincipal) -> Iterable[tuple[int, str]]:
    # A condition on the account says who another account is; it narrows nothing besides.
    known = ACCOUNT_KEYS if one.who is PrincipalExposure.EXTERNAL else frozenset()
    limiting = next((it for it in row.conditions if limits(it) and it.key.lower() not in known), None)
    if limiting:
        yield -1, f"limited by {limiting.key}"


def _by_place(setting: GrantContext) -> Iterable[tuple[int, str]]:
    if setting.execution:
        yield -1, f"{setting.execution} on a role that only AWS services can use"
    yield from ((-1, why) for why in not_in_use(setting))
    if setting.limits:
        yield -1, "it gives nothing by itself and only limits what other policies give"


def not_in_use(setting: GrantContext) -> Iterator[str]:
    """Why nobody may have it as things stand, each of which makes it weigh a step less."""
    if setting.unattached:
        yield "attached to nothing this repository shows"
    unapplied = tuple(not_applied(setting))
    if setting.disabled_by_default and not unapplied:
        yield "nothing today: a variable's default keeps it out"
    yield from unapplied


def not_applied(setting: GrantContext) -> Iterator[str]:
    """Why it is nobody's infrastructure by itself, where its root is a module or an example."""
    if setting.root_kind == "interface" or (setting.disabled_by_default and setting.root_kind == "module"):
        yield "only callers of the module who choose it get it"
    if setting.root_kind == "example":
        yield "only in an example or test"


def _outside(setting: GrantContext, one: ExternalPrincipal) -> Iterable[tuple[int, str]]:
    """What strangers weigh more. How little a role may do takes nothing off: a policy more must not weigh less."""
    yield 1, WHO_WORDS[one.who]
    if setting.administers:
        yield 1, ADMINISTERS


def _sensitive(row: Row, setting: GrantContext) -> bool:
    names = (setting.holder,) if setting.on_resource else row.resources
    return any(_same(name, glob) for name in names for glob in setting.sensitive)
