"""Whose account a canonical user ID stands for: the name that S3 had for accounts before they had numbers."""

from __future__ import annotations

import enum

from bot.late_pattern import late_pattern

CANONICAL = "CanonicalUser"


class CanonicalOwner(enum.Enum):
    """Whose a canonical user is."""

    AWS = enum.auto()
    """An account of AWS's own, from which CloudFront writes its logs into buckets of whoever asks it to."""
    OURS = enum.auto()
    """An account that a provider of the root works in, or an identity of a distribution that is found there."""
    UNKNOWN = enum.auto()


_DELIVERS_LOGS = frozenset(
    {
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    }
)
"""The `awslogsdelivery` account (Amazon CloudFront, Developer Guide, Standard logging), and the one in China."""

_OF_AWS = late_pattern(r"data\.aws_cloudfront_log_delivery_canonical_user_id\.")
_PLACE = r"\$\{[\w.\[\]\"-]*"
_ACCOUNTS = late_pattern(rf"{_PLACE}\bdata\.aws_canonical_user_id\.[\w-]+(\[[^\[\]]*\])?\.id\}}")
_IDENTITIES = late_pattern(rf"{_PLACE}\baws_cloudfront_origin_access_identity\.[^{{}}]*\.s3_canonical_user_id\}}")


def is_of_account(identifier: str) -> bool:
    """Whether it is, as printed, what the data source of an account finds."""
    return _ACCOUNTS.fullmatch(identifier) is not None


def owner_of(identifier: str) -> CanonicalOwner:
    """Whose a canonical user ID is, as it is printed: nobody can tell by a number whose account it is."""
    if identifier in _DELIVERS_LOGS or _OF_AWS.search(identifier):
        return CanonicalOwner.AWS
    ours = is_of_account(identifier) or _IDENTITIES.fullmatch(identifier)
    return CanonicalOwner.OURS if ours else CanonicalOwner.UNKNOWN
