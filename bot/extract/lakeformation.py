"""Lake Formation permissions, as the Glue and Lake Formation actions that they let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.document import Symbol, Text, text
from bot.extract.facts import Fact
from bot.extract.identity import each
from bot.extract.permissions import given
from bot.extract.reading import argument, header, nested, string
from bot.extract.reference import Index
from bot.iam.grant import Holder, HolderKind
from bot.iam.statement import Effect, PrincipalEntry, Principals, Statement
from bot.terraform.config import ResourceInstance

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "SELECT": ("lakeformation:GetDataAccess", "glue:GetTable"),
    "INSERT": ("lakeformation:GetDataAccess", "glue:UpdateTable"),
    "DELETE": ("lakeformation:GetDataAccess",),
    "DESCRIBE": ("glue:GetTable", "glue:GetDatabase"),
    "ALTER": ("glue:UpdateTable",),
    "DROP": ("glue:DeleteTable",),
    "CREATE_TABLE": ("glue:CreateTable",),
    "CREATE_DATABASE": ("glue:CreateDatabase",),
    "DATA_LOCATION_ACCESS": ("lakeformation:GetDataAccess",),
    "ALL": ("lakeformation:GetDataAccess", "glue:*"),
    "SUPER": ("lakeformation:*", "glue:*"),
}

TARGETS = ("table", "table_with_columns", "database", "data_location", "data_cells_filter", "lf_tag", "lf_tag_policy")


def lake_permissions(instance: ResourceInstance, index: Index) -> Iterator[Fact]:
    """Permissions of one principal on one database, table, location or tag."""
    who = string(argument(instance, "principal"))
    if who is None:
        return
    named = _target(instance)
    written = [one for _, item in each(argument(instance, "permissions")) if (one := string(item)) is not None]
    actions = {
        text(action, permission.trail): None
        for permission in written
        for action in ACTIONS.get((permission.literal or "").upper(), ())
    }
    if not actions:
        return
    statement = Statement(
        effect=Effect.ALLOW,
        actions=tuple(actions),
        resources=(Text((Symbol(named),)),),
        principals=Principals((PrincipalEntry("AWS", who),), trail=who.trail),
        trail=(header(instance),),
    )
    yield given(
        instance, Holder(HolderKind.RESOURCE, index.root, named, named), statement, argument(instance, "principal")
    )


def _target(instance: ResourceInstance) -> str:
    """The resource as a text that is the same for the same target ("database sales table orders")."""
    for name in TARGETS:
        for block in nested(instance, name):
            parts = (f"{key} {string(value)}" for key, value in block.entries if string(value) is not None)
            return f"lake {name} {' '.join(parts)}"
    return "lake catalog"
