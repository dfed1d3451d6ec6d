"""Reviews and what holds them as JSON, in which prose is a string."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from bot.late_pattern import late_pattern
from bot.review.prose import Prose, text_of_prose

T = TypeVar("T")


_INVISIBLE = late_pattern(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What turns text round, breaks its lines or is not seen: JSON takes it as it is, people who read JSON are misled."""


def encode(value: object) -> bytes:
    """As compact JSON, in which what is not seen is escaped."""
    return _escaped(msgspec.json.encode(value, enc_hook=_text))


def indented(value: object) -> str:
    """As JSON to be read by people too, with a newline at the end."""
    return msgspec.json.format(encode(value), indent=2).decode() + "\n"


def _escaped(content: bytes) -> bytes:
    """JSON with _INVISIBLE characters, which stand in its strings only, as `\\uXXXX`."""
    return content if content.isascii() else _INVISIBLE.sub(_escape, content.decode()).encode()


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


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
