"""The inventory of a root module for a person at a terminal: a paragraph a holder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.inventory import HeldStatement, HolderInventory
from bot.render.markdown import visible
from bot.terraform.latent import is_latent


def write(holders: Iterable[HolderInventory]) -> str:
    """The holders as plain text; control characters from the repository are made visible."""
    paragraphs = ["\n".join(map(visible, _paragraph(holder))) for holder in holders]
    return "\n\n".join(paragraphs or ["Nobody holds anything here."]) + "\n"


def _paragraph(holder: HolderInventory) -> Iterator[str]:
    named = holder.name if holder.name and holder.name != holder.address else ""
    yield f"{holder.kind.replace('_', ' ')} {f'{named} ({holder.address})' if named else holder.address}"
    if holder.repeated:
        yield "  times   as often as count or for_each says, which is not known here"
    for label, statements in (("", holder.statements), ("limit: ", holder.limits), ("trusts: ", holder.trust)):
        yield from (f"  {label}{_statement(one)}" for one in statements)
    yield from (f"  used by {one}" for one in holder.used_by)
    yield from (f"  has     {one}" for one in holder.credentials)
    yield from (f"  unread  {reason}" for reason in holder.unread)


def _statement(statement: HeldStatement) -> str:
    words = [
        f"{'allows' if statement.effect == 'Allow' else 'denies'} {_but(statement.actions, statement.except_actions)}"
    ]
    if statement.resources:
        words.append(f"on {_but(statement.resources, statement.except_resources)}")
    if statement.principals:
        words.append(f"to {_but(statement.principals, statement.except_principals)}")
    for condition in statement.conditions:
        words.append(f"if {condition.key} {condition.operator} {', '.join(condition.values)}")
    words += [guard if is_latent(guard) else f"only where {guard}" for guard in statement.when]
    return f"{' '.join(words)}  [{', '.join(filter(None, (statement.policy, statement.line)))}]"


def _but(items: tuple[str, ...], left_out: tuple[str, ...]) -> str:
    return ", ".join(items) + (f" except {', '.join(left_out)}" if left_out else "")
