"""Whether an action can act on what a printed resource names, by AWS's catalogue."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.iam.arn import matches_star
from bot.iam.catalog import load_catalog
from bot.iam.pattern import TooComplex, arn_pattern, covers, meets, normal
from bot.late_pattern import late_pattern

_UNKNOWN = late_pattern(r"\$\{[^}]*\}")
_BUCKET = late_pattern(r"\$\{(.*\.)?aws_s3_bucket\.[^.]*\.arn\}\Z")

_AS_GOOD_AS_ANY = {("s3:ListAllMyBuckets", "arn:aws:s3:::*")}
"""Older guides of Amazon S3 write it so, and it works."""


@lru_cache(maxsize=65536)
def acts_on(action: str, resource: str) -> bool:
    """Whether it can act on something that the pattern matches; True where the pattern is too long to tell.

    `action` as AWS writes it, `resource` as a policy prints it; what is unknown in it (`${...}`) may be any name. One
    that acts on no named resource needs a Resource that matches the string `*` itself (Service Authorization
    Reference), which what is unknown is not taken to be.
    """
    catalog = load_catalog()
    if not catalog.resource_level(action):
        return matches_star(resource) or (action, resource) in _AS_GOOD_AS_ANY
    pattern = arn_pattern(normal(_UNKNOWN.sub(_standing_for, resource)))
    try:
        fits = any(meets(arn_pattern(arn), pattern) for arn in catalog.fits(action))
        return fits and not any(covers(arn_pattern(never), pattern) for never in catalog.never_fits(action))
    except TooComplex:
        return True


def unlikeliness(action: str, resource: str) -> int:
    """How unlikely a policy means this resource by this action, beside others that it names: 0 if it says that it is
    one of those that the action acts on, or is an unknown that is called so, 1 for other unknowns, 2 if it is none."""
    if not acts_on(action, resource):
        return 2
    if _UNKNOWN.match(resource) is None:
        return 0
    info = load_catalog().info(action)
    kinds = [one.name.lower() for one in info.resource_types] if info is not None else []
    return 0 if any(kind in resource.lower() for kind in kinds) else 1


def may_be_star(resource: str) -> bool:
    """Whether a printed resource may turn out to be `*`: nothing of it is known, and it is no bucket's ARN."""
    return _UNKNOWN.fullmatch(resource) is not None and _BUCKET.match(resource) is None


def _standing_for(unknown: re.Match[str]) -> str:
    """What a Terraform unknown can be: a bucket, whose ARN has no slash, or anything."""
    return "arn:aws:s3:::bucket" if _BUCKET.match(unknown[0]) else "*"
