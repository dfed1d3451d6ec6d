"""Decides one concrete request, step by step as AWS documents it; shares no code with the algebra it checks.

Follows "Policy evaluation logic" and "IAM JSON policy elements" of the IAM User Guide: an explicit Deny
wins, then an Allow is needed, and every limit (permissions boundary, SCP, session policy) must allow too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.evaluated.document import Symbol, Text
from bot.iam.condition_operators import condition_holds, takes_variables
from bot.iam.request import Request
from bot.iam.statement import Effect, PrincipalEntry, Principals, Statement
from bot.iam.wildcard import characters, expand, wildcard_match

StatementSet = tuple[Statement, ...]


def is_allowed(statements: StatementSet, limits: Iterable[StatementSet], request: Request) -> bool:
    """Whether the statements, limited by every limit, allow the request."""
    return allows(statements, request) and all(allows(limit, request) for limit in limits)


def allows(statements: StatementSet, request: Request) -> bool:
    """Whether no Deny matches and some Allow does."""
    matching = [statement.effect for statement in statements if matches(statement, request)]
    return Effect.DENY not in matching and Effect.ALLOW in matching


def matches(statement: Statement, request: Request) -> bool:
    """Whether every element of the statement matches the request."""
    return (
        _action_matches(statement, request)
        and _resource_matches(statement, request)
        and _principal_matches(statement.principals, request)
        and all(condition_holds(condition, request, statement.version) for condition in statement.conditions)
    )


def resolved(statements: StatementSet, request: Request) -> StatementSet:
    """The statements whose policy variables all have a value in the request, or a default.

    "If AWS can't resolve a variable, this might cause the entire statement to be invalid": the other reading of it.
    """
    return tuple(statement for statement in statements if not _is_void(statement, request))


def _is_void(statement: Statement, request: Request) -> bool:
    compared = (condition for condition in statement.conditions if takes_variables(condition))
    values = (text for condition in compared for text in condition.values)
    return any(expand(text, request.context, statement.version) is None for text in (*statement.resources, *values))


def _action_matches(statement: Statement, request: Request) -> bool:
    """Actions ignore case; they hold no policy variables."""
    return _names_action(statement.actions, request.action.lower()) != statement.not_action


@lru_cache(maxsize=2048)
def _names_action(patterns: tuple[Text, ...], action: str) -> bool:
    """Kept, as one action is asked about on many resources, at base and at head."""
    return any(wildcard_match(characters(str(text).lower(), wild=True), action) for text in patterns)


def _resource_matches(statement: Statement, request: Request) -> bool:
    """A statement of a trust policy has no Resource: it is about the role it stands on."""
    if not statement.resources and not statement.not_resource:
        return True
    if _has_variables(statement.resources):
        named = _names_resource(statement.resources, request.resource, request.context, statement.version)
    else:
        named = _names_plainly(statement.resources, request.resource, statement.version)
    return named != statement.not_resource


def _names_resource(
    patterns: tuple[Text, ...], resource: str, context: Mapping[str, tuple[str, ...]], version: str
) -> bool:
    expanded = (expand(text, context, version) for text in patterns)
    return any(pattern is not None and wildcard_match(pattern, resource) for pattern in expanded)


@lru_cache(maxsize=2048)
def _has_variables(patterns: tuple[Text, ...]) -> bool:
    """Whether the request's values may decide what some patterns match."""
    return any(isinstance(part, str) and "${" in part for text in patterns for part in text.parts)


@lru_cache(maxsize=8192)
def _names_plainly(patterns: tuple[Text, ...], resource: str, version: str) -> bool:
    """Kept, as one request is asked about at base and at head, under each limit, and for each principal."""
    return _names_resource(patterns, resource, {}, version)


def _principal_matches(principals: Principals | None, request: Request) -> bool:
    """Statements without Principal (identity policies) are about whoever they are attached to."""
    if principals is None:
        return True
    named = any(_entry_matches(entry, request.principal) for entry in principals.entries)
    return named != principals.negated


def _entry_matches(entry: PrincipalEntry, principal: str) -> bool:
    kind, _, identifier = principal.partition(":")
    wanted = str(entry.identifier)
    if entry.type == "*" or (entry.type == "AWS" and wanted == "*"):
        return True
    if entry.type != kind:
        return False
    if entry.type != "AWS":
        return wanted == identifier
    if _has_wildcard(entry.identifier):
        return False
    return wanted == identifier or _in_account(wanted, identifier) or _session_of(wanted, identifier)


def _has_wildcard(text: Text) -> bool:
    """A wildcard inside a principal's ARN matches nothing."""
    return any(not isinstance(part, Symbol) and re.search(r"[*?]", part) for part in text.parts)


def _in_account(wanted: str, identifier: str) -> bool:
    """An account number or the account's root ARN stands for everyone in the account."""
    root = re.fullmatch(r"arn:[^:]*:iam::([^:]+):root", wanted)
    account = root[1] if root else wanted
    if not root and not re.fullmatch(r"[0-9]{12,}", wanted):
        return False
    asked = identifier.split(":")
    return len(asked) >= 6 and asked[4] == account


def _session_of(wanted: str, identifier: str) -> bool:
    """A role stands for its sessions; their ARN leaves out the role's path."""
    role = re.fullmatch(r"arn:([^:]*):iam::([^:]*):role/(?:.*/)?([^/]+)", wanted)
    return role is not None and identifier.startswith(f"arn:{role[1]}:sts::{role[2]}:assumed-role/{role[3]}/")
