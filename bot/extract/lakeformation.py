"""Lake Formation: each permission is one statement, told apart by what is permitted and on what; administrators."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text, text
from bot.extract.argument_reading import argument, field, header, items, nested, string
from bot.extract.facts import Fact
from bot.extract.identities import each
from bot.extract.permissions import given
from bot.extract.reference import ResourceIndex
from bot.iam.policy_subject import Resource
from bot.iam.statement import Condition, Effect, PrincipalEntry, Principals, Statement

ACTION = "lakeformation:GetDataAccess"
"""What a principal calls to use any of them; Lake Formation then looks at the permission."""

TARGETS = ("table", "table_with_columns", "database", "data_location", "data_cells_filter", "lf_tag", "lf_tag_policy")


def lake_permissions(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Permissions of one principal on one database, table, location or tag."""
    who = string(argument(instance, "principal"))
    if who is None:
        return
    named = _target(instance)
    holder = Resource(index.root, named, named)
    for name, key in (
        ("permissions", "lakeformation:Permission"),
        ("permissions_with_grant_option", "lakeformation:Grant"),
    ):
        for _, item in each(argument(instance, name)):
            permission = string(item)
            if permission is not None:
                yield given(
                    instance, holder, _statement(instance, who, permission, key), argument(instance, "principal")
                )


ADMINISTRATORS = {
    "admins": ("lakeformation:GrantPermissions", "lakeformation:PutDataLakeSettings"),
    "read_only_admins": ("lakeformation:ListPermissions",),
}
"""What administrators of a data lake may do, by the argument that names them; those who read see all but the data."""

DEFAULTS = {"create_database_default_permissions": "database", "create_table_default_permissions": "table"}
"""Blocks that say who gets what on each new database or table."""


def lake_settings(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """Administrators of the data lake, and what comes into being with each new database or table."""
    catalog = Resource(index.root, "lake catalog", "lake catalog")
    for name, actions in ADMINISTRATORS.items():
        for _, item in each(argument(instance, name)):
            who = string(item)
            if who is not None:
                yield given(instance, catalog, _administers(instance, who, actions))
    for name, kind in DEFAULTS.items():
        new = Resource(index.root, f"lake new {kind}", f"lake new {kind}")
        for block in nested(instance, name):
            who = string(field(block, "principal"))
            for permission in map(string, items(field(block, "permissions"))):
                if who is not None and permission is not None:
                    yield given(instance, new, _statement(instance, who, permission, "lakeformation:Permission"))


def _administers(instance: ResourceInstance, who: Text, actions: tuple[str, ...]) -> Statement:
    return Statement(
        effect=Effect.ALLOW,
        actions=tuple(text(action, who.trail) for action in actions),
        resources=(text("*"),),
        principals=Principals((PrincipalEntry("AWS", who),), trail=who.trail),
        trail=(header(instance),),
    )


def _statement(instance: ResourceInstance, who: Text, permission: Text, key: str) -> Statement:
    return Statement(
        effect=Effect.ALLOW,
        actions=(text(ACTION, permission.trail),),
        resources=(text("*"),),
        principals=Principals((PrincipalEntry("AWS", who),), trail=who.trail),
        conditions=(Condition("StringEquals", key, (permission,), permission.trail),),
        trail=(header(instance),),
    )


def _target(instance: ResourceInstance) -> str:
    """The resource as a text that is the same for the same target ("lake table database_name sales name orders")."""
    for name in TARGETS:
        for block in nested(instance, name):
            parts = (f"{key} {string(value)}" for key, value in block.entries if string(value) is not None)
            return f"lake {name} {' '.join(parts)}"
    return "lake catalog"
