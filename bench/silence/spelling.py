"""Values as canonical text: no trails, no order, every symbol spelled as what it stands for.

A data source is its type, its arguments and its provider, a resource or module call its address and its provider; what
follows from others is spelled with those. Of the bot only the values that its front end evaluates are used.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import Derived, roots
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard, spelled
from bot.evaluated.partial import ElementsOf, OneOf
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
)

Json = Any
Seen = tuple[str, ...]

UNASKED = frozenset({"depends_on", "lifecycle", "provider", "timeouts", "with_decryption"})
"""Arguments that say how something is made or looked for, not what."""

CREDENTIALS = frozenset(
    {
        "access_key", "allowed_account_ids", "assume_role", "assume_role_with_web_identity", "forbidden_account_ids",
        "profile", "secret_key", "shared_config_files", "shared_credentials_file", "shared_credentials_files", "token",
    }
)  # fmt: skip
"""Arguments of a provider that say whose account it works in."""

_OF_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):")
_WITHIN_CREDENTIALS = frozenset({"role_arn", "web_identity_token", "web_identity_token_file"})

_READS_STATE = _WITHIN_CREDENTIALS | CREDENTIALS | {"external_id", "session_name"}
"""By what a state is read: which one is read say the bucket, whose name is nobody else's, and the key."""

POLICY = "aws_iam_policy"

CALLED = (
    "aws_ecr_repository", "aws_iam_group", "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role", "aws_iam_user",
)  # fmt: skip
"""Types whose things are named by name where they are used: what such a thing is called is its own matter."""

_NAMES = ("name", "bucket", "function_name", "domain_name")
_MEANT = ("group", "instance-profile", "policy", "repository", "role", "user")
SYMBOLS = frozenset({"data", "if", "made of", "managed", "module", "one of", "says", "symbol"})
"""The first keys of what is spelled in place of a value that is not known."""


@dataclass(frozen=True)
class Spelling:
    """One side of a root, by which symbols are spelled."""

    config: EvaluatedConfig

    @functools.cached_property
    def known(self) -> Mapping[str, ResourceInstance]:
        """Its blocks by address."""
        return {one.address: one for one in (*self.config.latent, *self.config.resources)}

    @functools.cached_property
    def providers(self) -> Mapping[str, ResourceInstance]:
        """Its provider blocks by the names that blocks have for them."""
        return {one.name: one for one in self.config.providers}

    @functools.cached_property
    def accounts(self) -> dict[str, Json]:
        """Whose account a provider works in, of those that were asked for."""
        return {}

    @functools.cached_property
    def called(self) -> Mapping[str, str]:
        """What principals, policies and the like are called, and their blocks."""
        named = (
            (one, one.attribute("name")) for one in self.known.values() if one.mode == "managed" and one.type in CALLED
        )
        return {
            name.known: block_of(one.address) for one, name in named if isinstance(name, StringValue) and name.known
        }

    @functools.cached_property
    def whole(self) -> Mapping[str, str]:
        """Whole names of whatever is made here, and the blocks."""
        found: dict[str, str] = {}
        for one in self.known.values():
            for name in _NAMES if one.mode == "managed" else ():
                value = one.attribute(name)
                if isinstance(value, StringValue) and value.known:
                    found.setdefault(value.known, block_of(one.address))
        return {**found, **self.called}

    @functools.cached_property
    def parts(self) -> list[tuple[tuple[str, ...], ResourceInstance]]:
        """What those are called whose names are not known as a whole, part by part, and policies whatever they are."""
        named = ((one, one.attribute("name")) for one in self.known.values() if one.mode == "managed")
        return [
            (_parts(name), one)
            for one, name in named
            if one.type in CALLED
            and isinstance(name, StringValue)
            and name.pieces
            and not (name.known and one.type != POLICY)
        ]

    def value(self, value: Value, seen: Seen = ()) -> Json:
        """A value without its trails, in an order of its own."""
        match value:
            case NumberValue():
                return str(value.value)
            case BoolValue():
                return "true" if value.value else "false"
            case NullValue():
                return None
            case OneOf():
                return self._one_of(value, lambda each: each, seen)
            case Unknown():
                return self.symbol(value.symbol, seen)
            case StringValue():
                return self._text(value, seen)
        return self._container(value, seen)

    def _text(self, value: StringValue, seen: Seen) -> Json:
        if isinstance(value.encoded, ListValue | ObjectValue):
            return self.value(value.encoded, seen)
        made, before = self._made(value)
        if made is not None and made.type == POLICY and before:
            return self.policy(made, seen)
        pieces = value.pieces if made is None else (*before, f"<{block_of(made.address)}>")
        parts = [self._named(one) if isinstance(one, str) else self.symbol(one, seen) for one in pieces]
        return parsed(parts[0]) if len(parts) == 1 else parts or ""

    def _made(self, value: StringValue) -> tuple[ResourceInstance | None, tuple[str | Symbol, ...]]:
        """What is called by the last parts of a text, and what stands before them."""
        whole = _parts(value)
        for name, one in self.parts:
            start = len(whole) - len(name)
            if start >= 0 and whole[start + 1 :] == name[1:] and whole[start].endswith(name[0]):
                rest = whole[start].removesuffix(name[0])
                before = (*value.pieces[:start], *([rest] if rest else []))
                is_policy = str(before[-1]).rpartition(":")[2].startswith("policy/") if before else None
                if not before or (_is_meant(str(before[-1])) and is_policy == (one.type == POLICY)):
                    return one, before
        return None, ()

    def policy(self, one: ResourceInstance, seen: Seen = ()) -> Json:
        """A managed policy, by whatever it is named: what it says, and where it is there."""
        written = one.attribute("policy")
        if written is None or one.address in seen:
            return {"managed": one.address, "of": ".arn", "by": self.made_by(one)}
        inside = (*seen, one.address)
        where = [self.guard(each, inside) for each in one.guards]
        return {"says": bare(self.value(written, inside)), "if": where, "by": self.made_by(one)}

    def _container(self, value: Value, seen: Seen) -> Json:
        match value:
            case ElementsOf():
                whole = self.symbol(value.whole, seen)
                return {"elements of": whole, "are": in_order(self.value(each, seen) for each in value.items)}
            case ListValue():
                return in_order(self.value(each, seen) for each in value.items)
            case ObjectValue():
                entries = ((str(key), self.value(each, seen)) for key, each in value.entries if key not in UNASKED)
                return {key: each for key, each in entries if each is not None}
            case Choice():
                return in_order(
                    {"if": self.guard(each.guard, seen), "is": self.value(each.value, seen)}
                    for each in value.alternatives
                )
        raise TypeError(f"no value: {type(value).__name__}")

    def guard(self, guard: Guard, seen: Seen = ()) -> Json:
        """What something depends on."""
        return [spelled(guard), in_order(self.symbol(each, seen) for each in guard.variables)]

    def symbol(self, symbol: Symbol, seen: Seen) -> Json:
        """What a symbol stands for."""
        if isinstance(symbol.derivation, Derived):
            return symbol.name if symbol.name in seen else self._derived(symbol, symbol.derivation, seen)
        one, rest = self._block(symbol.name)
        if one is None:
            return {"symbol": symbol.name}
        made_by = self.made_by(one)
        if (one.mode, one.type) == ("managed", POLICY) and rest in (".arn", ".id"):
            return self.policy(one, seen)
        if one.mode != "data":
            return {one.mode: one.address, "of": rest, "by": made_by}
        if one.address in seen:
            return {"data": one.type, "of": rest, "by": made_by}
        asked = self.value(one.attributes, (*seen, one.address))
        if one.type == "terraform_remote_state" and isinstance(asked.get("config"), dict):
            asked["config"] = {key: each for key, each in asked["config"].items() if key not in _READS_STATE}
        return {"data": one.type, "asked": asked, "of": rest, "by": made_by}

    def made_by(self, one: ResourceInstance) -> Json:
        """Whose accounts a block's providers work in."""
        return [self._provider(name) for name in one.made_by.names]

    def _provider(self, name: str) -> Json:
        """Whose account it is, as it is written; one without credentials is the one at hand."""
        one = self.providers.get(name)
        if one is None:
            return name if "." in name else ""
        if name not in self.accounts:
            self.accounts[name] = name  # while what it is configured by asks for it
            written = ((str(key), self.value(value)) for key, value in one.attributes.entries if key in CREDENTIALS)
            said = {key: _within(value) for key, value in written if value}
            self.accounts[name] = _number(said) or said or ""
        return self.accounts[name]

    def _named(self, text: str) -> str:
        """A text that names a principal or policy of this root, by the block that makes it."""
        if text in self.whole:
            return f"<{self.whole[text]}>"
        start, slash, name = text.rpartition("/")
        made = self.called.get(name)
        if made is None or not _is_meant(f"{start}/"):
            return text
        return f"{start}{slash}<{made}>"

    def _derived(self, symbol: Symbol, how: Derived, seen: Seen) -> Json:
        inside = (*seen, symbol.name)
        match how.values:
            case (OneOf() as one,) if how.relation.startswith("."):
                return self._one_of(one, lambda each: _attribute(each, how.relation[1:]), inside)
        written = how.relation or ("" if symbol.name.startswith("{") else symbol.name)
        return {"made of": [self.value(each, inside) for each in how.values], "as": written}

    def _one_of(self, one: OneOf, taken: Callable[[Value], Value], seen: Seen) -> Json:
        """The candidates, or what is taken of each, and what decides between them."""
        by = sorted({each.name for each in roots(one.symbol) if not each.name.startswith("{")})
        return {"one of": {str(key): self.value(taken(each), seen) for key, each in one.candidates.entries}, "by": by}

    def _block(self, name: str) -> tuple[ResourceInstance | None, str]:
        steps = [match.start() for match in re.finditer(r"[.\[]", name)]
        for end in (len(name), *reversed(steps)):
            if name[:end] in self.known:
                return self.known[name[:end]], name[end:]
        return None, ""


def leaves(path: tuple[str, ...], value: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """What is inside a spelled value with the names on the way there, each policy whole, without its names."""
    if isinstance(value, dict) and "Statement" in value:
        yield path, bare(value)
    elif isinstance(value, dict) and value and not value.keys() & SYMBOLS:
        for key, each in value.items():
            yield from leaves((*path, key), each)
    elif isinstance(value, list) and value:
        for each in value:
            yield from leaves(path, each)
    elif value is not None:
        yield path, value


def canonical(value: Json) -> str:
    """One text for equal values."""
    return json.dumps(value, sort_keys=True)


def in_order(values: Iterable[Json]) -> list[Json]:
    """The values in an order that follows from what they are."""
    return sorted(values, key=canonical)


def parsed(whole: Json) -> Json:
    """A text that is JSON as what it says."""
    if not isinstance(whole, str) or whole.lstrip()[:1] not in ("{", "["):
        return whole
    try:
        return _ordered(json.loads(whole))
    except ValueError:
        return whole


def _ordered(value: Json) -> Json:
    if isinstance(value, list):
        return in_order(map(_ordered, value))
    return {key: _ordered(each) for key, each in value.items()} if isinstance(value, dict) else value


def bare(document: Json) -> Json:
    """A policy without its names."""
    if isinstance(document, list):
        return [bare(each) for each in document]
    if isinstance(document, dict):
        return {key: bare(each) for key, each in document.items() if key not in ("Sid", "Id")}
    return document


def _within(value: Json) -> Json:
    if isinstance(value, list):
        return [_within(each) for each in value]
    if isinstance(value, dict):
        return {key: each for key, each in value.items() if key in _WITHIN_CREDENTIALS}
    return value


def _is_meant(start: str) -> bool:
    """Whether what stands before a name is the rest of the ARN of a principal, policy or the like."""
    return start.endswith("/") and start.rpartition(":")[2].startswith(_MEANT)


def _parts(text: StringValue) -> tuple[str, ...]:
    """The parts of a text, a symbol by its name."""
    return tuple(each if isinstance(each, str) else f"${{{each.name}}}" for each in text.pieces)


def _number(said: Mapping[str, Json]) -> str:
    """The account that a provider refuses all others than, or that has the last role that it assumes; "" if none."""
    match said.get("allowed_account_ids"), said.get("assume_role"):
        case [str() as only], _:
            return f"account {only}"
        case _, [*_, {"role_arn": str() as role}] | {"role_arn": str() as role}:
            found = _OF_ROLE.match(role)
            return f"account {found[1]}" if found else ""
    return ""


def _attribute(value: Value, name: str) -> Value:
    found = value.get(name) if isinstance(value, ObjectValue) else None
    return value if found is None else found
