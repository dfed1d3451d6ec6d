"""Which of several gains a finding is named after, where their grades agree."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from bot.access_diff.delta import Row
from bot.iam.action_glob import names_action
from bot.iam.arn import Arn, service_of
from bot.late_pattern import late_pattern
from bot.risk.action_order import ORDINARY, place_of, uses_key
from bot.risk.exposure import STRANGERS
from bot.risk.limiting_conditions import limits
from bot.risk.resource_scope import ResourceScope
from bot.risk.score_components import ALL_SERVICES, ScoreComponent
from bot.risk.score_table import TableRow

TELLING = frozenset(("cloudwatch", "ec2messages", "logs", "ssmmessages", "tag", "xray"))
"""What writes logs, measures and tags is seldom what a reviewer has to decide about; who may read or write them is."""


class Concern(enum.IntEnum):
    """What a reviewer has to decide about, the weightiest first.

    What is WIDE is of a whole type, or of everything, without a condition that limits it as a name would. KEYS are of
    use for what else is given; IMAGES are pulled, however many they are, for the programs in them.
    """

    ADMINISTRATION = enum.auto()
    WIDE_PERMISSIONS = enum.auto()
    WIDE_SECRETS = enum.auto()
    WIDE_DATA = enum.auto()
    WIDE_WRITING = enum.auto()
    PERMISSIONS = enum.auto()
    SECRETS = enum.auto()
    DATA = enum.auto()
    WIDE_KEYS = enum.auto()
    IMAGES = enum.auto()
    OPERATION = enum.auto()
    KEYS = enum.auto()
    LISTING = enum.auto()
    BY_THE_WAY = enum.auto()


def lead(cells: Iterable[ScoreComponent], expected: bool, row: Row) -> tuple[int, ...]:
    """Sorts the worst first: by grade; what AWS made for just such a role (`expected`) after what it did not; by what a
    reviewer has to decide about; what is held without a condition; then by what it is used for and how wide it is.

    `cells` are what weighs in one gain, not empty: of those that weigh most the weightiest counts. `row` is the gain's.
    """
    every = tuple(cells)
    worst = max(one.rank for one in every)
    concern, *others = min((concern_of(one, row), -one.kind, -one.width) for one in every if one.rank == worst)
    return (-worst, expected, concern, _is_conditional(row), min(map(_place, every)), *others)


def breadth(cells: Iterable[ScoreComponent]) -> int:
    """How many actions weigh in a gain."""
    return sum(1 + one.more for one in cells)


def _place(cell: ScoreComponent) -> int:
    if cell.kind is TableRow.LIST:
        return ORDINARY
    return -1 if cell.service == ALL_SERVICES else place_of(cell.action)


def concern_of(cell: ScoreComponent, row: Row) -> Concern:
    """What a cell of a gain is about, of which the row says on what and under which conditions."""
    conditional = _is_conditional(row)
    if cell.kind >= TableRow.EMPOWER or (cell.service == ALL_SERVICES and cell.kind >= TableRow.PERMISSIONS):
        return Concern.ADMINISTRATION
    wide = cell.width >= ResourceScope.TYPE
    if cell.kind is TableRow.PERMISSIONS and not names_action(_OBJECT_ACL, cell.action):
        return _of_permissions(cell, wide, conditional)
    found = _of_data(cell, wide and not conditional)
    public = [is_public(cell.action, one) for one in row.resources] if found is Concern.SECRETS else []
    return Concern.DATA if public and all(public) else found


def _is_conditional(row: Row) -> bool:
    """Whether a condition limits it. To which service a role is passed does not: any role is made for one."""
    return any(limits(one) for one in row.conditions if one.key.lower() != "iam:passedtoservice")


def is_public(action: str, resource: str) -> bool:
    """Whether it reads a secret that by its name everybody may see: a certificate or a public key.

    Of an unknown the last name counts that it is called by, of an ARN what stands behind its last slash.
    """
    if not _is_secret(action):
        return False
    arn = Arn.parse(resource)
    name = resource.removesuffix("}").removesuffix(".arn").removesuffix(".id") if arn is None else arn.resource
    words = set(_BETWEEN_WORDS.split(_LEADING_NAMES.sub("", name.lower())))
    private = _PRIVATE - {"key"} if "public" in words else _PRIVATE
    return not words.isdisjoint(_PUBLIC) and words.isdisjoint(private)


_LEADING_NAMES = late_pattern(r".*[./]")
_BETWEEN_WORDS = late_pattern(r"[^a-z0-9]+")
_PUBLIC = frozenset(("ca", "cert", "certs", "certificate", "certificates", "public"))
_PRIVATE = frozenset(("auth", "credentials", "key", "keys", "pass", "password", "private", "token", "tokens"))


def _of_permissions(cell: ScoreComponent, wide: bool, conditional: bool) -> Concern:
    """Who lets in strangers decides about as much as who hands out secrets."""
    if conditional:
        return Concern.PERMISSIONS if wide else Concern.DATA
    if wide:
        return Concern.WIDE_PERMISSIONS
    return Concern.WIDE_SECRETS if cell.who.who in STRANGERS else Concern.PERMISSIONS


def _of_data(cell: ScoreComponent, wide: bool) -> Concern:
    if service_of(cell.action) in TELLING:
        return Concern.BY_THE_WAY
    if uses_key(cell.action):
        return Concern.WIDE_KEYS if wide and cell.kind is TableRow.READ else Concern.KEYS
    if cell.kind <= TableRow.OPERATE:
        return Concern.OPERATION if cell.kind is TableRow.OPERATE else Concern.LISTING
    return _of_stored(cell, wide)


def _of_stored(cell: ScoreComponent, wide: bool) -> Concern:
    if cell.kind is TableRow.READ and _is_secret(cell.action):
        return Concern.WIDE_SECRETS if wide else Concern.SECRETS
    if _pulls_image(cell.action):
        return Concern.IMAGES
    if not wide:
        return Concern.DATA
    return Concern.WIDE_DATA if cell.kind is TableRow.READ else Concern.WIDE_WRITING


_OBJECT_ACL = "s3:PutObject*Acl"
"""Who writes an object may give it an ACL with it; a bucket whose owner owns all objects takes none."""

_SECRETS = ("ssm:GetParameter*", "secretsmanager:*GetSecretValue")
_IMAGES = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def _is_secret(action: str) -> bool:
    """Whether it reads a secret's or a parameter's value."""
    return any(names_action(glob, action) for glob in _SECRETS)


def _pulls_image(action: str) -> bool:
    return any(names_action(glob, action) for glob in _IMAGES)
