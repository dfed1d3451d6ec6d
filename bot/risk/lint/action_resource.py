"""An action none of whose resources it can act on: it grants nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.iam.arn import matches_star
from bot.iam.catalog import load_catalog
from bot.iam.grant import Grant
from bot.iam.pattern import TooComplex, covers, meets, normal
from bot.iam.policy import PolicyProblem
from bot.iam.statement import Effect, PolicyKind
from bot.risk.lint.problem import probable_mistake, reference_page

_SYMBOL = re.compile(r"\$\{[^}]*\}")
_BUCKET = re.compile(r"\$\{(.*\.)?aws_s3_bucket\.[^.]*\.arn\}\Z")


def action_cannot_meet_resource(grant: Grant, proved: frozenset[str]) -> Iterator[PolicyProblem]:
    """Single actions of an identity policy's Allow that act on no resource of their statement."""
    statement = grant.statement
    if grant.kind is not PolicyKind.IDENTITY or statement.effect is Effect.DENY:
        return
    if statement.not_action or statement.not_resource or not statement.resources:
        return
    resources = [_SYMBOL.sub(_standing_for, str(resource)) for resource in statement.resources]
    for text in statement.actions:
        name = text.literal
        info = load_catalog().info(name) if name else None
        if info is None or str(info).lower() in proved or any(_acts_on(str(info), one) for one in resources):
            continue
        wanted = " or ".join(load_catalog().fits(str(info)))
        listed = ", ".join(map(str, statement.resources[:2]))
        title = f"{info} acts on {wanted if info.resource_types else '* only'}, never on {listed}"
        yield probable_mistake(DiagnosticKind.ACTION_CANNOT_MEET_RESOURCE, title, text.trail, reference_page(str(info)))


_AS_GOOD_AS_ANY = {("s3:ListAllMyBuckets", "arn:aws:s3:::*")}
"""Older guides of Amazon S3 write it so, and it works."""


def _standing_for(symbol: re.Match[str]) -> str:
    """What a Terraform unknown can be: a bucket, whose ARN has no slash, or anything."""
    return "arn:aws:s3:::bucket" if _BUCKET.match(symbol[0]) else "*"


def _acts_on(action: str, resource: str) -> bool:
    catalog = load_catalog()
    if not catalog.resource_level(action):
        return matches_star(resource) or (action, resource) in _AS_GOOD_AS_ANY
    try:
        fits = any(meets(normal(pattern), normal(resource)) for pattern in catalog.fits(action))
        return fits and not any(covers(normal(never), normal(resource)) for never in catalog.never_fits(action))
    except TooComplex:
        return True
