"""Principals as patterns over `<type>:<identifier>` strings."""

from __future__ import annotations

from bot.iam.arn import Arn
from bot.iam.language import EVERYTHING, Language, tidy
from bot.iam.pattern import ANY, SEGMENT_STAR, STAR
from bot.iam.statement import PrincipalEntry, Principals
from bot.iam.vocabulary import Vocabulary
from bot.late_pattern import late_pattern

_ACCOUNT = late_pattern(r"[0-9]{12,}")


def read_principals(principals: Principals | None, vocabulary: Vocabulary) -> Language:
    """Who a Principal or NotPrincipal element names; everyone if there is none (identity policies)."""
    if principals is None:
        return EVERYTHING
    patterns = tuple(
        dict.fromkeys(pattern for entry in principals.entries for pattern in entry_patterns(entry, vocabulary))
    )
    return tidy(Language((STAR,), patterns)) if principals.negated else Language(patterns)


def entry_patterns(entry: PrincipalEntry, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The patterns of one entry; none for what IAM lets match nothing."""
    identifier = vocabulary.pattern(entry.identifier, variables=False, globs=False) or ""
    if entry.type == STAR or entry.is_anyone:
        return (STAR,)
    if entry.type != "AWS":
        return (f"{entry.type}:{identifier}",)
    if any(isinstance(part, str) and (STAR in part or ANY in part) for part in entry.identifier.parts):
        return ()
    return _aws_patterns(identifier)


def _aws_patterns(identifier: str) -> tuple[str, ...]:
    if _ACCOUNT.fullmatch(identifier):
        return (f"AWS:arn:{SEGMENT_STAR}:{SEGMENT_STAR}::{identifier}:*",)
    arn = Arn.of_pattern(identifier)
    if arn is not None and arn.is_root:
        # Who is named is in the policy's own partition, so that its spelling tells nothing apart.
        return (f"AWS:arn:{SEGMENT_STAR}:{SEGMENT_STAR}::{arn.account}:*",)
    if arn is not None and arn.is_named("role"):
        return (f"AWS:{identifier}", f"AWS:{arn.sessions}")
    return (f"AWS:{identifier}",)


def canonical_principals(principals: Principals | None) -> object:
    """Equal for Principal elements that mean the same but for order and spelling of an account."""
    if principals is None:
        return None
    return principals.negated, frozenset(_canonical(entry) for entry in principals.entries)


def _canonical(entry: PrincipalEntry) -> object:
    if entry.is_anyone:
        return (STAR, entry.identifier.parts)
    return (entry.type, entry.identifier.parts)
