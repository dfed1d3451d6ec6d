"""Which actions of a cell can meet its resources, by AWS's catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from functools import lru_cache

from bot.frozen import dataclass
from bot.iam.action_kind import ActionKind, kind_of
from bot.iam.arn import segments, service_of, split_action
from bot.iam.catalog import Catalog
from bot.iam.coverage import Box
from bot.iam.language import Language, conjoin, example, uncovered
from bot.iam.operations import permitted_by
from bot.iam.pattern import (
    LITERAL_STAR,
    SEGMENT_STAR,
    STAR,
    WILDCARDS,
    arn_pattern,
    covers,
    is_literal,
    is_symbol,
    literal_prefix,
)
from bot.iam.vocabulary import Vocabulary
from bot.late_pattern import late_pattern

FAMILIAR = (
    "s3:GetObject",
    "s3:PutObject",
    "iam:PassRole",
    "sts:AssumeRole",
    "ec2:RunInstances",
    "ec2:DescribeInstances",
    "lambda:InvokeFunction",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "sqs:SendMessage",
    "sns:Publish",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "logs:PutLogEvents",
    "ecr:BatchGetImage",
    "ecs:RunTask",
)
"""Actions that readers know, tried first."""


ALWAYS_PERMITTED = frozenset({"sts:getcalleridentity"})
"""What everybody may do whatever policies say, Denies included (STS API Reference, GetCallerIdentity)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """One action (AWS's spelling) and the resources of a cell it can act on.

    `published` if AWS lists it; `remainder` if nobody names it: it stands for what AWS may publish yet.
    """

    action: str
    resources: Language
    published: bool
    remainder: bool = False


def fitting(actions: Language, resources: Language, catalog: Catalog, vocabulary: Vocabulary) -> Iterator[Fit]:
    """The actions of a cell that can meet its resources; published ones first. Raises TooComplex."""
    owners = _service_segments(resources)
    for pattern in sorted(actions.within, key=lambda pattern: (_is_unlisted(pattern, catalog), _might(pattern))):
        for name in _likely(pattern, owners, catalog):
            if uncovered((name.lower(),), actions.without):
                fit = _fit(name, resources, catalog, vocabulary)
                if fit is not None:
                    yield fit
    unpublished = _unpublished(actions, catalog)
    if unpublished is not None and resources.within:
        yield Fit(unpublished, resources, published=False, remainder=True)


@lru_cache(maxsize=8192)
def _might(pattern: str) -> int:
    """The place of an action among the kinds, the most powerful first; a pattern comes before single actions.

    What a finding is called after is proved, and not what is allowed beside it.
    """
    return 1 + _KINDS.index(kind_of(pattern)) if is_literal(pattern) and pattern.isascii() else 0


_KINDS = tuple(ActionKind)


def _service_segments(resources: Language) -> frozenset[str] | None:
    """The third segments of all the patterns, as far as they are ARNs of named services; None if one is not."""
    found = set()
    for pattern in resources.within:
        parts = segments(pattern)
        if len(parts) < 4 or parts[0] != "arn" or not parts[2].isascii() or not is_literal(parts[2]):
            return None
        found.add(parts[2])
    return frozenset(found)


@lru_cache(maxsize=1024)
def _likely(pattern: str, owners: frozenset[str] | None, catalog: Catalog) -> tuple[str, ...]:
    """The actions of a pattern without those of services that act on none of the ARNs."""
    names = _names(pattern, catalog)
    if owners is None or len(names) < _MANY:
        return names
    services = frozenset().union(*map(catalog.acting_on, owners))
    return tuple(name for name in names if service_of(name) in services)


_MANY = 100
"""As many actions as are tried one by one rather than sorted out by service first."""


@lru_cache(maxsize=8192)
def _names(pattern: str, catalog: Catalog) -> tuple[str, ...]:
    if not is_literal(pattern):
        listed = catalog.expand(pattern) if pattern.isascii() else ()
        names = tuple(name for name in listed if name.lower() not in ALWAYS_PERMITTED)
        familiar = tuple(name for name in FAMILIAR if covers(pattern, name.lower()))
        return (*familiar, *names) if familiar else names
    if pattern in ALWAYS_PERMITTED or not pattern.isascii() or catalog.service(service_of(pattern)) is None:
        return ()
    info = catalog.info(pattern)
    if info is None and _is_misspelt(pattern, catalog):
        return ()
    return (str(info) if info else pattern,)


def _is_unlisted(pattern: str, catalog: Catalog) -> bool:
    return is_literal(pattern) and pattern.isascii() and catalog.info(pattern) is None


def _is_misspelt(action: str, catalog: Catalog) -> bool:
    """Whether an action that AWS does not list is an operation, or one of its own but for a letter: nothing."""
    if permitted_by(action) is not None:
        return True
    nearest = catalog.nearest(action)
    if nearest is None:
        return False
    return SequenceMatcher(None, action.lower(), nearest.lower()).ratio() >= _BUT_FOR_A_LETTER


_BUT_FOR_A_LETTER = 0.94
"""`s3:GetOjectTagging` is that near to what was meant; `logs:PutLogEventsBatch`, which AWS never listed, is not."""


def _fit(action: str, resources: Language, catalog: Catalog, vocabulary: Vocabulary) -> Fit | None:
    """The first few of the resources that the action can act on; None if there are none. Raises TooComplex."""
    for start in range(0, len(resources.within), _AT_ONCE):
        some = Language(resources.within[start : start + _AT_ONCE], resources.without)
        fit = _fit_some(action, some, catalog, vocabulary)
        if fit is not None:
            return fit
    return None


_AT_ONCE = 24


def _fit_some(action: str, resources: Language, catalog: Catalog, vocabulary: Vocabulary) -> Fit | None:
    info = catalog.info(action)
    if info is None:
        return Fit(action, resources, published=False) if resources.within else None
    if not info.resource_types:
        shared = conjoin(Language((LITERAL_STAR,)), resources)
        return Fit(action, shared, published=True) if shared.within else None
    possible = _acted_on(action, catalog, vocabulary.partition(), colons=True)
    shared = conjoin(_acted_on(action, catalog, vocabulary.partition(), colons=False), resources)
    if not shared.within:
        # A `*` that would have to take in a colon is no name; a colon that an author wrote is part of one.
        written = tuple(pattern for pattern in resources.within if pattern in vocabulary.resources)
        shared = conjoin(possible, Language(written, resources.without))
    plain = [arn for arn in catalog.fits(action) if ":::" in arn] if action.startswith("s3:") else []
    buckets, objects = (any(("/" in arn) is slash for arn in plain) for slash in (False, True))
    symbolic = tuple(
        pattern
        for pattern in resources.within
        if _may_fit(pattern, possible, vocabulary)
        and pattern not in shared.within
        and not (objects and not buckets and _is_bucket(pattern, vocabulary))
        and not (buckets and not objects and pattern[1:2] == "/" and _is_bucket(pattern[:1], vocabulary))
    )
    if symbolic:
        shared = Language((*shared.within, *symbolic), tuple(dict.fromkeys(shared.without + resources.without)))
    return Fit(action, shared, published=True) if shared.within else None


def _may_fit(pattern: str, possible: Language, vocabulary: Vocabulary) -> bool:
    """Whether a pattern with unknown parts can be an ARN of the right kind."""
    if pattern.isascii() or not any(map(is_symbol, pattern)):
        return False
    loose = vocabulary.loosened(pattern)
    return bool(uncovered(conjoin(possible, Language((loose,))).within, possible.without))


_BUCKET_ARN = late_pattern(r"(?:.*\.)?(?:aws_s3_bucket\.[^.]+\.arn|(?:\w+_)?bucket_arn)")


def _is_bucket(pattern: str, vocabulary: Vocabulary) -> bool:
    """Whether a pattern with unknown parts is a bucket's ARN, no object's: it is called so, or its name has no slash.

    An unknown with text around it is a part of the bucket's name, which has no slash.
    """
    if len(pattern) == 1 and is_symbol(pattern):
        return _BUCKET_ARN.fullmatch(vocabulary.name(pattern)) is not None
    parts = segments(pattern)
    name = parts[-1] if len(parts) == 6 and parts[2] == "s3" else "/"
    return len(name) > 1 and "/" not in name and WILDCARDS.isdisjoint(name)


@lru_cache(maxsize=8192)
def _acted_on(action: str, catalog: Catalog, partition: str, *, colons: bool) -> Language:
    """What an action can act on, plain ARNs first; with `colons`, names may hold some."""
    anywhere, here = f"arn:{SEGMENT_STAR}:", f"arn:{partition}:"
    fits = sorted((arn_pattern(arn).replace(anywhere, here, 1) for arn in catalog.fits(action)), key=len)
    within = fits if colons else [pattern.replace(STAR, SEGMENT_STAR) for pattern in fits]
    return Language(tuple(within), tuple(map(arn_pattern, catalog.never_fits(action))))


_ONE_COLON = Language((f"{SEGMENT_STAR}:{SEGMENT_STAR}",))
"""Every action is called so: the service, and a name that holds no colon."""


def _unpublished(actions: Language, catalog: Catalog) -> str | None:
    """An action AWS has not published that the cell's wildcards would cover."""
    open_patterns = []
    for pattern in actions.within:
        if is_literal(pattern):
            continue
        split = split_action(literal_prefix(pattern))
        if split is None or catalog.service(split[0]) is not None:
            open_patterns.append(pattern)
    return example(conjoin(Language(tuple(open_patterns), actions.without), _ONE_COLON))


MAX_CHECKED = 200
"""Explicit actions of one cell that are checked one by one."""


def without_misfits(box: Box, catalog: Catalog, vocabulary: Vocabulary) -> Box:
    """The box without explicit actions that can never meet its resources. Raises TooComplex."""
    actions = box.actions
    if not 1 < len(actions.within) <= MAX_CHECKED:
        return box
    kept = tuple(
        pattern
        for pattern in actions.within
        if not is_literal(pattern) or _meets(pattern, box.resources, catalog, vocabulary)
    )
    return replace(box, actions=Language(kept, actions.without)) if kept else box


def _meets(pattern: str, resources: Language, catalog: Catalog, vocabulary: Vocabulary) -> bool:
    return any(_fit(name, resources, catalog, vocabulary) is not None for name in _names(pattern, catalog))
