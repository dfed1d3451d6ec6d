"""Who publishes the AWS providers that a module requires."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frontends.terraform.modules.backends import literal_text
from bot.frontends.terraform.syntax.nodes import Argument, Body, Expression, Name, ObjectExpression

AWS = ("aws", "awscc")
OFFICIAL = "hashicorp"
_SAME = frozenset({"", OFFICIAL, "opentofu", "terraform-providers"})
_REGISTRIES = frozenset({"", "registry.terraform.io", "registry.opentofu.org"})
"""Publishers and hosts of the program that is also taken where none is written."""


def aws_publishers(settings: Body) -> Iterator[tuple[Argument, str]]:
    """The AWS providers of a `terraform` block, and who publishes each, the registry first unless it is a usual one.

    What is not written out as text has a publisher of its own.
    """
    for required in settings.blocks:
        if required.type == "required_providers":
            yield from ((each, _publisher(each.value)) for each in required.body.arguments if each.name in AWS)


def _publisher(requirement: Expression) -> str:
    """Where nothing is said of it, it is the official one."""
    if not isinstance(requirement, ObjectExpression):
        return OFFICIAL
    for item in requirement.items:
        if _word(item.key) == "source":
            *place, _ = ("", *(_word(item.value) or "?").lower().split("/"))
            host, publisher = "/".join(place[:-1]).strip("/"), place[-1]
            return OFFICIAL if publisher in _SAME and host in _REGISTRIES else f"{host}/{publisher}"
    return OFFICIAL


def _word(expression: Expression) -> str | None:
    return expression.name if isinstance(expression, Name) else literal_text(expression)
