"""What a lint says of a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.iam.arn import service_of
from bot.iam.catalog import load_catalog
from bot.iam.grant import Grant

_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"


@dataclass(frozen=True, slots=True)
class Problem:
    """One probable mistake: its kind, one sentence, where it is written, where to read on."""

    rule: DiagnosticKind
    title: str
    trail: Trail
    help: str = ""


Lint = Callable[[Grant], Iterator[Problem]]
"""Looks at one statement in force."""


def reference_page(action: str) -> str:
    """AWS's page on the actions of a service; the list of services if there is none of that name."""
    service = load_catalog().service(service_of(action))
    if service is None:
        return f"{_REFERENCE}reference_policies_actions-resources-contextkeys.html"
    return f"{_REFERENCE}list_{re.sub(r'[^a-z0-9]', '', service.title.lower())}.html"
