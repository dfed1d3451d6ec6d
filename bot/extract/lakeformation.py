"""Lake Formation permissions: each is one statement, told apart by what is permitted and on what."""

from __future__ import annotations

from collections.abc import Iterator

from bot.document import Text, text
from bot.extract.facts import Fact
from bot.extract.identity import each
from bot.extract.permissions import given
from bot.extract.reading import argument, header, nested, string
from bot.extract.reference import Index
from bot.iam.grant import Holder, HolderKind
from bot.iam.statement import Condition, Effect, PrincipalEntry, Principals, Statement
from bot.terraform.config import ResourceInstance

ACTION = "lakeformation:GetDataAccess"
"""What a principal calls to use any of them; Lake Formation then looks at the permission."""

TARGETS = ("table", "table_with_columns", "database", "data_location", "data_cells_filter", "lf_tag", "lf_tag_policy")


def lake_permissions(instance: ResourceInstance, index: Index) -> Iterator[Fact]:
    """Permissions of one principal on one database, table, location or tag."""
    who = string(argument(instance, "principal"))
    if who is None:
        return
    named = _target(instance)
    holder = Holder(HolderKind.RESOURCE, index.root, named, named)
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
