"""Reads a request's arguments and makes its attributes: what is given, what follows, what stays a symbol."""

from __future__ import annotations

from collections.abc import Mapping

from bot.evaluated.config import DataRequest, account_of_provider
from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.trails import entry
from bot.evaluated.value import (
    BoolValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
    known_text,
)
from bot.frontends.terraform.evaluate.convert import string_parts
from bot.frontends.terraform.functions.maps import sorted_object

ACCOUNT = "data.aws_caller_identity.current.account_id"
REGION = "data.aws_region.current.region"
"""Names of the symbols for an account id and a region that configuration does not give: equal in the whole root."""

_AFTER_APPLY = "known only after apply"


def given(arguments: ObjectValue, name: str) -> Value | None:
    """An argument with its block's trail pushed down; None if it is left out or null."""
    value = entry(arguments, name)
    return None if isinstance(value, NullValue) else value


def known(arguments: ObjectValue, name: str) -> str | None:
    """A fully known string argument."""
    value = given(arguments, name)
    return known_text(value)


def attributes(request: DataRequest, computed: Mapping[str, Value]) -> ObjectValue:
    """The arguments that are not null, with computed attributes over them."""
    merged: dict[str, Value] = {
        name: value for name, value in request.arguments.entries if not isinstance(value, NullValue)
    }
    merged.update(computed)
    return ObjectValue(sorted_object(merged).entries, request.arguments.trail)


def symbol(name: str, reason: str = _AFTER_APPLY, trail: Trail = ()) -> Unknown:
    """A value of which only a name is known."""
    return Unknown(Symbol(name, reason), trail)


def symbol_at(request: DataRequest, attribute: str, reason: str = _AFTER_APPLY) -> Unknown:
    """An attribute of the request's own resource that stays a symbol."""
    return Unknown(Symbol(f"{request.address}.{attribute}", reason, via=request.via))


def text(*pieces: Value | str) -> StringValue:
    """A string put together from values; each keeps its trail, what is unknown stays a symbol in its place."""
    parts: list[Part] = []
    for piece in pieces:
        parts += [Part(piece)] if isinstance(piece, str) else string_parts(piece)
    return StringValue(tuple(part for part in parts if part.content != ""))


def is_text(value: Value | None) -> bool:
    """Whether a value can stand in a string, if perhaps as a symbol."""
    return isinstance(value, StringValue | NumberValue | BoolValue | Unknown)


def account(request: DataRequest) -> Value:
    """The account's id, or the symbol for it."""
    configured = request.settings.account_id
    if configured:
        return text(configured)
    name = account_of_provider(request.provider) if request.other_account else ACCOUNT
    return symbol(name, "the account is not configured")


def region(request: DataRequest) -> Value:
    """The provider's region, or the symbol for it; a resource's own `region` argument comes first."""
    own = given(request.arguments, "region")
    if own is not None and is_text(own):
        return own
    configured = request.settings.region
    if configured:
        return text(configured)
    name = f"the region of provider {request.provider}" if request.provider else REGION
    return symbol(name, "the region is not configured")
