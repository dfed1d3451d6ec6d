"""Addresses of resource instances, taken apart as a plan spells them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.late_pattern import late_pattern

_KEY = r'\[(?:"(?:\\.|[^"\\])*"|[^\]"]*)\]'
_KEYS = late_pattern(_KEY)
_MODULES = late_pattern(rf"\A(?:module\.[^.\[]+(?:{_KEY})?\.)*")
_LAST_CALL = late_pattern(rf"(?:\A|\.)module\.[^.\[]+(?:{_KEY})?\Z")
_LAST_KEY = late_pattern(rf"({_KEY})\Z")


def block_of(address: str) -> str:
    """The block an instance is of: the address without instance keys."""
    return _KEYS.sub("", address)


def block_type(address: str) -> str:
    """The type of the block at an address ("aws_iam_role"); "" if it is no resource's."""
    steps = block_of(address).split(".")
    return steps[-2] if len(steps) > 1 else ""


def module_prefix(address: str) -> str:
    """What the address begins with for the module instance it lies in: "" or "module.m[0]."."""
    match = _MODULES.match(address)
    return match.group() if match else ""


def module_of(address: str) -> str:
    """The module instance an address lies in: "" or "module.m[0]"."""
    return module_prefix(address).removesuffix(".")


def caller_of(module: str) -> str:
    """The module instance that calls one: "" of one that the root calls."""
    return _LAST_CALL.sub("", module)


def enclosing(block: str) -> Iterator[str]:
    """The module calls a block lies in, outermost first: "module.a", "module.a.module.b"."""
    steps = block.split(".")
    for end in range(2, len(steps), 2):
        if steps[end - 2] != "module":
            return
        yield ".".join(steps[:end])


def key_suffix(address: str) -> str:
    """The instance key at the end, in brackets; "" if there is none."""
    match = _LAST_KEY.search(address)
    return match.group() if match else ""


_OTHER_NAMES = frozenset(("var", "local", "each", "count", "path", "terraform", "self", "module"))


def reference_of(address: str, references: tuple[str, ...]) -> str:
    """The one attribute of another resource that an argument of the instance at `address` is, in full; "" if unclear.

    A plan names no instance where a reference has an expression as its key: it is then taken to be of the same key.
    """
    named = [one for one in references if one.partition(".")[0] not in _OTHER_NAMES]
    longest = [one for one in named if not any(other != one and other.startswith(f"{one}.") for other in named)]
    if len(set(longest)) != 1:
        return ""
    steps = longest[0].split(".")
    known = 3 if steps[0] == "data" else 2
    prefix = module_prefix(address)
    if len(steps) > known:
        return prefix + longest[0]
    by_key = len(steps) == known and any(one in ("each.key", "count.index") for one in references)
    return f"{prefix}{longest[0]}{key_suffix(address)}.id" if by_key else ""
