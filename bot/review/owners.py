"""Findings with who owns the file they stand in, by the base's CODEOWNERS."""

from __future__ import annotations

import dataclasses

from bot.contents.selection import CODE_OWNERS
from bot.evaluated.source_tree import SourceTree
from bot.review.model import Finding, Review
from bot.review_config.code_owners import owners_of

MAX_BYTES = 256 * 1024
"""A longer file is not read."""


def with_owners(review: Review, base: SourceTree) -> Review:
    """The review with the owners of each finding, gained or undecided, where the base names any.

    The head's own file does not count: whoever adds themselves there owns nothing yet.
    """
    content = base.read(next((place for place in CODE_OWNERS if base.has(place)), ""))
    if content is None or len(content) > MAX_BYTES:
        return review
    text = content.decode("utf-8", "replace")

    def owned(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        found = ((one, owners_of(one.location.file, text)) for one in findings)
        return tuple(dataclasses.replace(one, owners=owners) if owners else one for one, owners in found)

    return dataclasses.replace(review, gained=owned(review.gained), undecided=owned(review.undecided))
