"""Where the repository is checked out: not known, but what lies below it is."""

from __future__ import annotations

from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.value import Part, StringValue, Value

CHECKOUT = Symbol("abspath of the repository", "the machine that runs Terraform keeps the repository where it likes")


def checked_out(path: str, trail: Trail = ()) -> StringValue:
    """The absolute path of a repository path ("" is the top)."""
    below = (Part(f"/{path}", trail),) if path else ()
    return StringValue((Part(CHECKOUT, trail), *below), trail)


def below_checkout(value: Value) -> str | None:
    """What of an absolute path comes after the checkout: "" for the top, else with its first slash; None if it is no
    such path, or not known in full."""
    if not isinstance(value, StringValue) or not value.parts or value.parts[0].content != CHECKOUT:
        return None
    rest = [part.content for part in value.parts[1:]]
    return "".join(map(str, rest)) if all(isinstance(part, str) for part in rest) else None
