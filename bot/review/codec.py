"""Reviews and what holds them as JSON, in which prose is a string."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from bot.review.prose import Prose, text_of_prose

T = TypeVar("T")


def encode(value: object) -> bytes:
    """As compact JSON."""
    return msgspec.json.encode(value, enc_hook=_text)


def decode(content: str | bytes | bytearray, of: type[T]) -> T:
    """What `encode` wrote. Raises msgspec.DecodeError if it is not such."""
    return msgspec.json.decode(content, type=of, dec_hook=_read)


def decoder(of: Any) -> msgspec.json.Decoder[Any]:
    """Reads again and again what `encode` wrote of a type, or of one of several."""
    return msgspec.json.Decoder(of, dec_hook=_read)


def to_plain(value: object) -> Any:
    """As dicts, lists and strings."""
    return msgspec.to_builtins(value, enc_hook=_text)


def from_plain(content: object, of: type[T]) -> T:
    """What `to_plain` returned. Raises msgspec.ValidationError if it is not such."""
    return msgspec.convert(content, of, dec_hook=_read)


def schema_of(kind: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON Schema of a type, and those that it refers to as `#/$defs/...`."""
    (root,), components = msgspec.json.schema_components(
        [kind], schema_hook=lambda _: {"type": "string"}, ref_template="#/$defs/{name}"
    )
    return root, components


def _text(value: object) -> str:
    if isinstance(value, Prose):
        return text_of_prose(value)
    raise NotImplementedError(f"a review holds no {type(value).__name__}")


def _read(kind: type, value: object) -> object:
    if kind is not Prose:
        raise NotImplementedError(f"a review holds no {kind.__name__}")
    if not isinstance(value, str):
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    return Prose(value)
