"""What the catalogue and the statement say of a grant: which actions could be named narrower, and which cannot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from bot.access_diff.delta import ConditionView, Row
from bot.frozen import dataclass
from bot.iam.acting import acts_on
from bot.iam.action_glob import names_action
from bot.iam.action_kind import ActionKind, kind_of
from bot.iam.arn import Arn, has_wildcard, is_everything, name_after, service_of, split_action, tag_in
from bot.iam.catalog import AccessLevel, load_catalog
from bot.late_pattern import late_pattern
from bot.risk.advice.advice_table import ANYTHING, Noun, advice_words
from bot.risk.grading import GradedGrant
from bot.risk.resource_scope import ResourceScope, is_under_own_path, width_of
from bot.risk.score_components import ALL_SERVICES
from bot.risk.score_table import BECOMES_ROLE, TableRow, row_of

_MANY = 4000
"""So many pairs of an action and a resource are asked whether one can act on the other."""

_NAMED_NOUNS = 3
"""Of more types of resources no list is made."""

TAG = "aws:ResourceTag/${TagKey}"
REQUEST_TAG = "aws:RequestTag/${TagKey}"


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """The actions that make a grant what it is named after, canonical, by how wide they are granted.

    `unnamed` could be named and are on a whole type or everything, `patterned` on a pattern of names, `named` on named
    resources, `unscoped` know no resource. `beside` are other actions of the row, by name, that know none either.
    `patterns` are those of actions that could be listed, as written, `wide` the resources that are wider than a name.
    `all_unnamed` are all of the row that could be named and do more than list.
    """

    unnamed: tuple[str, ...]
    patterned: tuple[str, ...]
    named: tuple[str, ...]
    unscoped: tuple[str, ...]
    beside: tuple[str, ...]
    patterns: tuple[str, ...]
    wide: tuple[str, ...]
    all_unnamed: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        """All that it is about."""
        return (*self.unnamed, *self.patterned, *self.named, *self.unscoped)


def action_facts(grant: GradedGrant) -> ActionFacts:
    """What is known of the actions in a grant's worst cells; of all of its row, if these are of another kind."""
    row = grant.shown
    names = _expanded(row)
    widths = _widths(row, names)
    worst = {(cell.service, cell.kind) for cell in grant.cells}
    told = [name for name in names if _is_in(worst, name, widths[name])] or names
    scoped, unscoped = _parted(told)
    usual = advice_words().usual
    by_width = {width: tuple(name for name in scoped if widths[name] is width) for width in ResourceScope}
    return ActionFacts(
        unnamed=by_width[ResourceScope.EVERYTHING] + by_width[ResourceScope.TYPE],
        patterned=by_width[ResourceScope.PREFIX],
        named=by_width[ResourceScope.NAMED],
        unscoped=unscoped,
        beside=_written(row, (*unscoped, *_parted(names)[1])),
        patterns=tuple(action for action in _patterns(row, told) if action.lower() not in usual),
        wide=_wide(row, scoped),
        all_unnamed=tuple(name for name in names if _is_unnamed(name, widths[name])),
    )


def _patterns(row: Row, told: Sequence[str]) -> tuple[str, ...]:
    """The patterns of actions that have some of those that are told; all of them where these are not known."""
    written = tuple(action for action in row.actions if has_wildcard(action))
    if is_all(row):
        return written
    telling = {name.lower() for name in told}
    return tuple(one for one in written if not telling.isdisjoint(map(str.lower, _names_of(one)))) or written


def _parted(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that can be limited to resources, and those that cannot, or on what nobody can name ahead."""
    scoped = {name: load_catalog().resource_level(name) and not is_unknown_ahead(name) for name in names}
    return tuple(name for name, can in scoped.items() if can), tuple(name for name, can in scoped.items() if not can)


def _written(row: Row, names: Iterable[str]) -> tuple[str, ...]:
    """Those that the row has by name, each once."""
    written = {action.lower() for action in row.actions}
    return tuple(dict.fromkeys(name for name in names if name.lower() in written))


def _is_unnamed(name: str, width: ResourceScope) -> bool:
    return width >= ResourceScope.TYPE and row_of(name, width) > TableRow.LIST


def _is_in(worst: set[tuple[str, TableRow]], name: str, width: ResourceScope) -> bool:
    kind = row_of(name, width)
    return (service_of(name).lower(), kind) in worst or (ALL_SERVICES, kind) in worst


def _expanded(row: Row) -> list[str]:
    catalog = load_catalog()
    without = {name for action in row.except_actions for name in catalog.expand(action) or (action,)}
    found = (name for action in row.actions for name in _names_of(action))
    return [name for name in dict.fromkeys(found) if name not in without]


def _names_of(action: str) -> tuple[str, ...]:
    if "*" in action or "?" in action:
        return load_catalog().expand(action)
    return (str(load_catalog().info(action) or action),)


def _widths(row: Row, names: Sequence[str]) -> dict[str, ResourceScope]:
    asked = len(names) * len(row.resources) <= _MANY
    return {
        name: max((_width(one, name) for one in row.resources if not asked or acts_on(name, one)), default=_NONE)
        for name in names
    }


def _width(resource: str, action: str) -> ResourceScope:
    """The width of what could be written narrower: one's own user is one name, and IAM's things are of the account."""
    if "${aws:user" in resource:
        return ResourceScope.NAMED
    arn = Arn.parse(resource)
    if arn is not None and arn.is_global_iam and service_of(action) == "iam":
        resource = str(dataclasses.replace(arn, account="111122223333"))
    return width_of(resource, action)


_NONE = ResourceScope.NAMED


def _wide(row: Row, scoped: Sequence[str]) -> tuple[str, ...]:
    """The resources that are patterns of names, or all there is in one bucket."""
    if len(scoped) * len(row.resources) > _MANY:
        return ()
    return tuple(
        one
        for one in row.resources
        if any(acts_on(name, one) and (_width(one, name) is ResourceScope.PREFIX or _all_of(one)) for name in scoped)
    )


def _all_of(resource: str) -> bool:
    """Whether it is everything in one bucket: a prefix would be narrower."""
    bucket, slash, rest = resource.rpartition("/")
    arn = Arn.parse(bucket)
    named = arn.resource if arn is not None and arn.service == "s3" else ""
    one = ("/" not in named and not has_wildcard(named)) if named else "aws_s3_bucket." in bucket
    return bool(slash) and rest == "*" and one


def one_bucket(resource: str) -> bool:
    """Whether it is what is in one bucket, all of it or under a prefix."""
    arn = Arn.parse(resource)
    if arn is None:
        return resource.startswith("${") and "}/" in resource
    bucket, _, key = arn.resource.partition("/")
    return arn.service == "s3" and bool(key) and not has_wildcard(bucket)


def by_prefix(resource: str) -> bool:
    """Whether it is objects of a bucket, parameters under a path, log groups or tables, as their owner calls them."""
    arn = Arn.parse(resource)
    if is_under_own_path(resource):
        return True
    if arn is None or arn.service not in _PREFIXES:
        return one_bucket(resource) and has_wildcard(resource)
    kind, begins = _PREFIXES[arn.service]
    known, *more = _WILDCARD.split((name_after(resource, kind) or "").removesuffix(":*"), maxsplit=1)
    return bool(more) and begins.fullmatch(known) is not None


_WILDCARD = late_pattern(r"[*?]")
_PREFIXES = {
    "glue": ("table/", late_pattern(r"[^/]+/.*")),
    "logs": ("log-group:", late_pattern(r"(?!/?$|/aws(/[^/]*/?)?$).+")),
}
"""What their resources begin with, and how a name then begins that is not all there are of a database or a service."""


def named_but_for_place(resource: str) -> bool:
    """Whether the thing itself is named: only its region or account is left open."""
    arn = Arn.parse(resource)
    return arn is not None and bool(arn.resource) and not has_wildcard(arn.resource)


def nouns_of(actions: Iterable[str]) -> tuple[Noun, ...]:
    """What the actions act on, those of most actions first; one word for all where they are of many types."""
    counted: dict[Noun, int] = {}
    for action in actions:
        for noun in _nouns(action):
            counted[noun] = counted.get(noun, 0) + 1
    found = sorted(counted, key=lambda noun: -counted[noun])
    named = tuple(noun for noun in found if noun is not ANYTHING)
    return named if named and len(named) <= _NAMED_NOUNS else (ANYTHING,)


def _nouns(action: str) -> tuple[Noun, ...]:
    """In the catalogue's order: what is said is the same in each run."""
    asked, nouns = _types_asked(action), advice_words().nouns
    if _tags(action) and not set(asked) <= nouns.keys():
        return (ANYTHING,)
    return tuple(dict.fromkeys(nouns[name] for name in asked if name in nouns)) or (ANYTHING,)


def _types_asked(action: str) -> list[str]:
    """The types that an action acts on: those that it cannot do without, else all."""
    info = load_catalog().info(action)
    types = [(of, f"{info.service}:{of.name}") for of in info.resource_types] if info else []
    return [name for of, name in types if of.required] or [name for _, name in types]


def use_of(actions: Sequence[str]) -> str:
    """What one does with what the actions act on, completing "that it ..."."""
    table = advice_words()
    said = {_use(action, table.uses.items()) for action in actions}
    if len(said) == 1 and "" not in said:
        return said.pop()
    if actions and all(map(_tags, actions)):
        return "tags"
    if actions and all(map(_reads, actions)):
        return "reads"
    kinds = {kind_of(action) for action in actions}
    return _DOES.get(kinds.pop(), "needs") if len(kinds) == 1 else "needs"


_DOES = {ActionKind.WRITE: "changes", ActionKind.PERMISSIONS: "manages", ActionKind.ADMINISTERS: "manages"}


def _use(action: str, uses: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    return next((says for says, globs in uses if _is_named(action, globs)), "")


def _is_named(action: str, globs: Iterable[str]) -> bool:
    return any(names_action(glob, action) for glob in globs)


def is_unknown_ahead(action: str) -> bool:
    """Whether nobody can name what an action will act on when a policy is written."""
    return _is_named(action, advice_words().ahead)


def decides(action: str) -> bool:
    """Whether whoever may use it decides who may do what; not if it hands over a role as it is."""
    strong = kind_of(action) in (ActionKind.ADMINISTERS, ActionKind.PERMISSIONS, ActionKind.CREDENTIALS)
    return strong and action.lower() not in BECOMES_ROLE and _is_named(action, advice_words().decides)


def _tags(action: str) -> bool:
    return load_catalog().level(action) is AccessLevel.TAGGING


def _reads(action: str) -> bool:
    """Whether it reads data or describes: what weighs as little may write, as a log's lines."""
    written = load_catalog().level(action) in (AccessLevel.WRITE, AccessLevel.PERMISSIONS, AccessLevel.TAGGING)
    return kind_of(action) is ActionKind.READ_DATA or (kind_of(action) is ActionKind.LIST and not written)


def changes(action: str) -> bool:
    """Whether it writes, and does not only describe or read."""
    return kind_of(action) in (ActionKind.WRITE, ActionKind.OPERATE, ActionKind.PERMISSIONS, ActionKind.ADMINISTERS)


def only_describes(actions: Iterable[str]) -> bool:
    """Whether some actions list and read metadata, and no data."""
    return all(_reads(action) and kind_of(action) is not ActionKind.READ_DATA for action in actions)


def goes_by_tag(actions: Sequence[str], conditions: Sequence[ConditionView]) -> bool:
    """Whether the resources come and go, so that a tag names them, and every action knows the key of it."""
    table = advice_words()
    if asks_for(conditions, TAG) or not actions:
        return False
    for action in actions:
        info = load_catalog().info(action)
        types = {f"{info.service}:{one.name}" for one in info.resource_types} if info else set()
        if info is None or TAG not in info.condition_keys or types.isdisjoint(table.tagged):
            return False
    return True


def swept(actions: Sequence[str], row: Row) -> tuple[str, ...]:
    """Actions that end whatever the row's own lists find, so that nobody can name it ahead: those that know its tags.

    None if others than these change or read something. S3 heeds the tags of buckets only where each is set to.
    """
    changes = tuple(name for name in actions if not _looks(name))
    lists = {service_of(name).lower() for name in _expanded(row) if load_catalog().level(name) is AccessLevel.LIST}
    found = all(map(_ends, changes)) and {*services_of(changes)} <= lists - {"s3"}
    return tuple(name for name in changes if found and knows(name, TAG))


def _looks(action: str) -> bool:
    """Whether it only describes; one that reads data does more."""
    described = load_catalog().level(action) in (AccessLevel.LIST, AccessLevel.READ)
    return described and kind_of(action) is not ActionKind.READ_DATA


def _ends(action: str) -> bool:
    return (split_action(action) or ("", ""))[1].startswith(_ENDS)


_ENDS = ("Delete", "Deregister", "Purge", "Remove", "Revoke", "Stop", "Terminate")


_MAKES = ("Allocate", "Copy", "Create", "Import", "Request", "Run")


def makes(action: str) -> bool:
    """Whether it makes what AWS gives an id to, so that nobody can name it ahead; a tag of the request says which."""
    service, name = split_action(action) or ("", "")
    return service.lower() == "ec2" and name.startswith(_MAKES) and knows(action, REQUEST_TAG)


def knows(action: str, key: str) -> bool:
    """Whether the catalogue lists a condition key for an action."""
    info = load_catalog().info(action)
    return info is not None and info.knows(key)


def asks_for(conditions: Iterable[ConditionView], key: str) -> bool:
    """Whether a statement's conditions ask for a key already; of tags, for any tag of the resource or request."""
    name = key.lower()
    tags = next((part for part in ("resourcetag/", "requesttag/") if part in name), "")
    return any(one.key.lower() == name or (tags and _is_tag(one.key, tags)) for one in conditions)


def _is_tag(key: str, tags: str) -> bool:
    return tag_in(key) != "" and tags in key.lower()


def services_of(actions: Iterable[str]) -> Iterator[str]:
    """The services of some actions, each once."""
    yield from dict.fromkeys(service_of(action).lower() for action in actions)


def is_all(row: Row) -> bool:
    """Whether a row is of every action."""
    return any(map(is_everything, row.actions))
