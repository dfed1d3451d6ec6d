"""One concrete request, as IAM would judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks to do what to which resource, and what else is known about it.

    `principal` is `<type>:<identifier>` ("AWS:arn:aws:iam::111122223333:role/r", "Service:ec2.amazonaws.com").
    `resource` is an ARN, or "*" for an action without resource-level permissions. `context` maps lower-case
    condition keys to their values; an absent key is missing from the request. Terraform unknowns occur as
    the text `${name}`. `met` are unreadable conditions (their text) that are taken to hold.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    met: frozenset[str] = frozenset()
