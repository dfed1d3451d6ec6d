"""What a lint says of a statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.evaluated.diagnostic import Diagnostic, Trail, origin
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.iam.arn import service_of
from bot.iam.catalog import load_catalog
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem

_REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"


Lint = Callable[[Grant], Iterator[PolicyProblem]]
"""Looks at one statement in force. What it says holds whatever a finding says of the statement: it is about the text,
about what AWS's reference lists, or says that it may be."""

NoEffect = Callable[[Grant, frozenset[str]], Iterator[PolicyProblem]]
"""Looks for elements that give nobody anything. Those that a finding rests on, by their names in small letters, do:
the proof decides, and nothing is said of them."""


def probable_mistake(kind: DiagnosticKind, title: str, trail: Trail, read_on: str = "") -> PolicyProblem:
    """One in a policy that means what it says: in one sentence, where it is written, and where to read on."""
    return PolicyProblem(Diagnostic(kind, title, span=origin(trail), remedy=read_on), trail, blind=False)


def reference_page(action: str) -> str:
    """AWS's page on the actions of a service; the list of services if there is none of that name."""
    service = load_catalog().service(service_of(action))
    if service is None:
        return f"{_REFERENCE}reference_policies_actions-resources-contextkeys.html"
    return f"{_REFERENCE}list_{re.sub(r'[^a-z0-9]', '', service.title.lower())}.html"
