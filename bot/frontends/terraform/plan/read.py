"""Reads what `terraform show -json` prints for a plan, and tells everything else apart from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.evaluated.address import block_of, reference_of
from bot.evaluated.document import Symbol
from bot.evaluated.value import ListValue, NumberValue, ObjectValue, StringValue, Unknown, Value
from bot.frontends.terraform.plan.plan import Entries, Kept, Plan, PlanFault, PlannedResource, Wanted
from bot.frontends.terraform.plan.shown_json import (
    ShownBlock,
    ShownCall,
    ShownModule,
    ShownPlan,
    ShownReferences,
    ShownResource,
)
from bot.frontends.terraform.plan.values import SENSITIVE, any_true, trail_of, value_of

References = Mapping[tuple[str, str], tuple[str, ...]]
"""What an argument of a block refers to: by the block's address and the argument's name."""

MAX_BYTES = 64 * 1024**2
"""A larger plan is refused."""

CHANGED = " (changed)"
"""Ends the name of what stands for a value that is not told, where it is another one than before."""

MAX_RESOURCES = 50_000
MAX_ADDRESS = 2_000

HOW = "make it with `terraform plan -out=tfplan` and `terraform show -json tfplan > plan.json`"

_KNOWN_FORMATS = ("0.", "1.")


def read(content: bytes, name: str, root: str | None, wanted: Wanted, kept: Kept) -> Plan:
    """The plan. Raises PlanFault, whose message names the file and the remedy, for anything else."""
    shown = _decoded(content, name)
    _check(shown, name)
    changes = shown.resource_changes or []
    if len(changes) > MAX_RESOURCES:
        raise PlanFault(f"{name} has more than {MAX_RESOURCES} resources: make a plan of fewer with -target")
    for one in changes:
        if max(len(one.address), len(one.previous_address)) > MAX_ADDRESS or one.address.count("[") > MAX_DEPTH:
            raise PlanFault(f"{name}: an address is longer than {MAX_ADDRESS} characters: {one.address[:60]!r}...")
    top = None if shown.configuration is None else shown.configuration.root_module
    blocks = {} if top is None else dict(_blocks(top, "", 0, name))
    references = _references(blocks, wanted)
    resources = (one for one in changes if one.mode != "ephemeral" and not one.deposed)
    return Plan(
        name,
        root,
        shown.terraform_version,
        tuple(
            dataclasses.replace(
                _resource(one, wanted, name, references), unread=_unread(one, blocks, wanted, kept, name)
            )
            for one in resources
        ),
        declared=None
        if top is None
        else frozenset(address for address, one in blocks.items() if one.mode == "managed"),
        partial="it was made with errors" if shown.errored else "" if shown.complete else "changes are left out",
        top=None if top is None else frozenset((*_managed(top), *(f"module.{called}" for called in top.module_calls))),
        configured={address: frozenset(block.expressions) for address, block in blocks.items()},
    )


def _managed(module: ShownModule) -> Iterator[str]:
    return (block_of(block.address) for block in module.resources if block.mode == "managed")


def _decoded(content: bytes, name: str) -> ShownPlan:
    if len(content) > MAX_BYTES:
        raise PlanFault(f"{name} is larger than {MAX_BYTES >> 20} MiB: make a plan of fewer resources with -target")
    if content.startswith(b"PK\x03\x04"):
        raise PlanFault(f"{name} is a saved plan, not its JSON: {HOW}")
    text = content.removeprefix(b"\xef\xbb\xbf")
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlanFault(f"{name} is UTF-16 text (PowerShell's `>` writes that): write it as UTF-8")
    if not text.strip():
        raise PlanFault(f"{name} is empty: {HOW}")
    try:
        return msgspec.json.decode(text, type=ShownPlan)
    except msgspec.ValidationError as error:
        raise PlanFault(f"{name} is not a plan as `terraform show -json` prints it ({error}): {HOW}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise PlanFault(_not_json(text, name, error)) from None


def _not_json(text: bytes, name: str, error: Exception) -> str:
    first = text.lstrip()[:1]
    lines = text.lstrip().split(b"\n", 1)
    if first == b"{" and len(lines) == 2 and lines[0].rstrip().endswith(b"}") and b'"@level"' in lines[0]:
        return f"{name} is the log of `terraform plan -json`, not a plan: {HOW}"
    if first != b"{":
        return f"{name} is not JSON (the plan as text, perhaps): {HOW}"
    reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    return f"{name} is not JSON ({reason}): {HOW}"


def _check(shown: ShownPlan, name: str) -> None:
    if not shown.format_version:
        raise PlanFault(f"{name} has no format_version, so it is no plan: {HOW}")
    if not shown.format_version.startswith(_KNOWN_FORMATS):
        raise PlanFault(
            f"{name} is in format {shown.format_version[:20]}, this program reads 0.x and 1.x: use a newer iam-review"
        )
    if shown.resource_changes is None:
        if shown.configuration is None:
            raise PlanFault(f"{name} is a state, or a plan without resource changes: {HOW}")
        shown.resource_changes = []  # a plan of a configuration without resources


def _resource(shown: ShownResource, wanted: Wanted, name: str, references: References) -> PlannedResource:
    change = shown.change
    before = _side(shown, False, wanted, name, references)
    after = _side(shown, True, wanted, name, references)
    masks = change.after_unknown if isinstance(change.after_unknown, dict) else {}
    return PlannedResource(
        address=shown.address,
        mode=shown.mode,
        type=shown.type,
        name=shown.name,
        actions=tuple(change.actions),
        previous_address=shown.previous_address,
        before=before,
        after=before if change.actions == ["forget"] else after,  # it stays what it is, only unmanaged
        unknown=frozenset(attribute for attribute, mask in masks.items() if any_true(mask)),
    )


def _side(shown: ShownResource, after: bool, wanted: Wanted, name: str, references: References) -> ObjectValue | None:
    """The wanted attributes before or after; those that are unknown as a whole are in the mask alone."""
    change = shown.change
    given = change.after if after else change.before
    if given is None:
        return None
    masks = change.after_unknown if after and isinstance(change.after_unknown, dict) else {}
    secret = change.after_sensitive if after else change.before_sensitive
    found: dict[str, Value] = {}
    for attribute in sorted({*given, *masks}):
        if not wanted(shown.type, attribute):
            continue
        if secret is True or (isinstance(secret, dict) and any_true(secret.get(attribute))):
            found[attribute] = _secret(shown, attribute, after)
            continue
        content, mask = _content(given.get(attribute), shown.address, attribute, name), masks.get(attribute)
        if content is not None or any_true(mask):
            symbol = reference_of(shown.address, references.get((block_of(shown.address), attribute), ()))
            trail = trail_of(shown.address, attribute)
            found[attribute] = value_of(content, mask, symbol or f"{shown.address}.{attribute}", trail)
    return ObjectValue(tuple(found.items()))


def _unread(
    shown: ShownResource, blocks: Mapping[str, ShownBlock], wanted: Wanted, kept: Kept, name: str
) -> tuple[Entries, Entries]:
    """The arguments that are not read before and after, veiled; none that AWS chooses, as no block gives it."""
    block = blocks.get(block_of(shown.address))
    if shown.mode != "managed":
        return (), ()

    def side(after: bool) -> Entries:
        change = shown.change
        given = (change.after if after and change.actions != ["forget"] else change.before) or {}
        masks = change.after_unknown if after and isinstance(change.after_unknown, dict) else {}
        found = []
        for attribute in sorted(given):
            if wanted(shown.type, attribute) or (block is not None and attribute not in block.expressions):
                continue
            content, mask = _content(given[attribute], shown.address, attribute, name), masks.get(attribute)
            if content is not None or any_true(mask):
                changed = CHANGED if after and (change.before or {}).get(attribute) != given[attribute] else ""
                symbol = f"{shown.address}.{attribute}"
                value = value_of(content, mask, symbol, trail_of(shown.address, attribute))
                found.append((attribute, veiled(value, attribute, symbol, changed, kept)))
        return tuple(found)

    return side(False), side(True)


def _secret(shown: ShownResource, attribute: str, after: bool) -> Value:
    """A symbol in place of a sensitive value: another one than before if it changes."""
    before, now = (None if side is None else side.get(attribute) for side in (shown.change.before, shown.change.after))
    changed = CHANGED if after and before != now else ""
    symbol = Symbol(f"{shown.address}.{attribute}{changed}", SENSITIVE)
    return Unknown(symbol, trail_of(shown.address, attribute))


def _content(raw: msgspec.Raw | None, address: str, attribute: str, name: str) -> Any:
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise PlanFault(f"{name}: {attribute} of {address[:200]} is nested too deeply or not JSON: {HOW}") from None


MAX_DEPTH = 64


def _blocks(module: ShownModule, prefix: str, depth: int, name: str) -> Iterator[tuple[str, ShownBlock]]:
    """Every block by its address without instance keys."""
    if depth > MAX_DEPTH:
        raise PlanFault(f"{name}: modules are nested more than {MAX_DEPTH} deep")
    if len(prefix) > MAX_ADDRESS:
        raise PlanFault(f"{name}: a module's address is longer than {MAX_ADDRESS} characters")
    for block in module.resources:
        yield prefix + block_of(block.address[:MAX_ADDRESS]), block
    for called, call in module.module_calls.items():
        yield from _called(call, f"{prefix}module.{called}.", depth, name)


def _called(call: ShownCall, prefix: str, depth: int, name: str) -> Iterator[tuple[str, ShownBlock]]:
    if call.module is not None:
        yield from _blocks(call.module, prefix, depth + 1, name)


def _references(blocks: Mapping[str, ShownBlock], wanted: Wanted) -> References:
    """What the wanted arguments of each block refer to; constants are passed over."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for address, block in blocks.items():
        kind = address.rpartition(".")[0].rpartition(".")[2]
        for attribute, raw in block.expressions.items():
            if not wanted(kind, attribute):
                continue
            try:
                read_ = msgspec.json.decode(raw, type=ShownReferences)
            except (msgspec.DecodeError, RecursionError):  # nested blocks, which name nothing themselves
                continue
            if read_.references:
                found[address, attribute] = tuple(read_.references)
    return found


def veiled(value: Value, name: str, symbol: str, changed: str, kept: Kept, within: str = "") -> Value:
    """The value with symbols in place of its numbers and of the texts that are not `kept`.

    `name` is its argument's and `within` that of the block around it; `changed` ends each symbol's name, so that it is
    another one than on the other side.
    """
    match value:
        case ObjectValue():
            inside = ((key, veiled(one, key, f"{symbol}.{key}", changed, kept, name)) for key, one in value.entries)
            return ObjectValue(tuple(inside), value.trail)
        case ListValue():
            items = (
                veiled(one, name, f"{symbol}[{index}]", changed, kept, within) for index, one in enumerate(value.items)
            )
            return ListValue(tuple(items), value.trail)
        case StringValue() if value.parts and not kept(name, within, value.known or ""):
            return Unknown(Symbol(symbol + changed), value.trail)
        case NumberValue():
            return Unknown(Symbol(symbol + changed), value.trail)
    return value
