"""Terraform's encoding functions."""

from __future__ import annotations

import base64
import binascii
import codecs
import csv
import io
import zlib

from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.value import NullValue, StringValue, Value
from bot.frontends.terraform.evaluate.convert import to_string
from bot.frontends.terraform.functions.arguments import arity, invalid, plain, text, unknown_result
from bot.frontends.terraform.functions.budget import MAX_TEXT, fits
from bot.frontends.terraform.functions.json_writer import json_string

_URL_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


def jsonencode(arguments: tuple[Value, ...], call: Call) -> Value:
    """The JSON text, which also remembers the structure it was made from."""
    arity(call, arguments, 1)
    return json_string(arguments[0])


def jsondecode(arguments: tuple[Value, ...], call: Call) -> Value:
    """The structure a JSON text says; elements know the lines of the text they stand on."""
    arity(call, arguments, 1)
    value = arguments[0]
    if isinstance(value, NullValue):
        raise invalid(call, "does not take null")
    subject = to_string(value)
    if not isinstance(subject, StringValue):
        return unknown_result(call, arguments)
    try:
        return decode_json(subject)
    except JsonFault as fault:
        if fault.limit:
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"what {call.name} is given is too much: {fault}") from None
        raise invalid(call, f"does not take this text: {fault}") from None


def yamldecode(arguments: tuple[Value, ...], call: Call) -> Value:
    """The structure a YAML document says; elements know their lines."""
    arity(call, arguments, 1)
    subject = to_string(arguments[0])
    if isinstance(subject, NullValue):
        raise invalid(call, "does not take null")
    if not isinstance(subject, StringValue):
        return unknown_result(call, arguments)
    if subject.encoded is not None:
        return subject.encoded
    from bot.frontends.terraform.functions.yaml_text import decode_yaml  # here, as few configurations have any YAML

    return decode_yaml(subject, call)


def yamlencode(arguments: tuple[Value, ...], call: Call) -> Value:
    """The YAML text, which also remembers the structure it was made from."""
    arity(call, arguments, 1)
    from bot.frontends.terraform.functions.yaml_text import encode_yaml

    return encode_yaml(arguments[0], call)


def _base64decode(content: str) -> str:
    return _decoded(_from_base64(content), "utf-8")


def _from_base64(content: str) -> bytes:
    try:
        return base64.b64decode(content.replace("\n", "").replace("\r", ""), validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64 ({error})") from None


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(f"the decoded bytes are not {encoding} text") from None


def base64decode(arguments: tuple[Value, ...], call: Call) -> Value:
    """The text behind base64; of what base64encode gave, with its structure."""
    arity(call, arguments, 1)
    value = arguments[0]
    encoded = value.encoded if isinstance(value, StringValue) else None
    if isinstance(encoded, StringValue):
        return encoded
    return plain(_base64decode, text)(arguments, call)


def base64encode(arguments: tuple[Value, ...], call: Call) -> Value:
    """Base64 of a text."""
    return plain(_base64encode, text)(arguments, call)


def _base64encode(content: str) -> str:
    return base64.b64encode(content.encode("utf-8")).decode("ascii")


def _base64gunzip(content: str) -> str:
    """OpenTofu's; what it unpacks is bounded before it is made."""
    try:
        packed = base64.b64decode(content, validate=True)
        reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
        text = reader.decompress(packed, MAX_TEXT)
        fits(MAX_TEXT + bool(reader.unconsumed_tail))
        return text.decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None


def _base64gzip(content: str) -> str:
    raise FunctionFault(
        DiagnosticKind.UNSUPPORTED_FUNCTION, f"base64gzip's {len(content)} compressed characters depend on the library"
    )


def _urlencode(content: str) -> str:
    return "".join(
        chr(byte) if chr(byte) in _URL_SAFE else "+" if byte == 0x20 else f"%{byte:02X}"
        for byte in content.encode("utf-8")
    )


def _urldecode(content: str) -> str:
    out = bytearray()
    raw = content.replace("+", " ").encode("utf-8")
    position = 0
    while position < len(raw):
        if raw[position] == 0x25:
            digits = raw[position + 1 : position + 3]
            if len(digits) < 2:
                raise ValueError("invalid URL escape")
            out += bytes.fromhex(digits.decode("ascii", "replace"))
            position += 3
        else:
            out.append(raw[position])
            position += 1
    return _decoded(bytes(out), "utf-8")


def _textencodebase64(content: str, encoding: str) -> str:
    try:
        return base64.b64encode(content.encode(_codec(encoding))).decode("ascii")
    except UnicodeEncodeError:
        raise ValueError(f"the text cannot be written in {encoding}") from None


def _textdecodebase64(content: str, encoding: str) -> str:
    return _decoded(_from_base64(content), _codec(encoding))


def _codec(encoding: str) -> str:
    try:
        "".encode(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise ValueError(f"{encoding} is not a known encoding") from None


def csvdecode(content: str) -> list[dict[str, str]]:
    """Rows as objects named by the first row."""
    rows = list(csv.reader(io.StringIO(content), strict=True))
    rows = [row for row in rows if row]
    if not rows:
        raise ValueError("missing header line")
    header = rows[0]
    if len(set(header)) < len(header):
        raise ValueError("duplicate column name")
    if any(len(row) != len(header) for row in rows[1:]):
        raise ValueError("wrong number of fields")
    return [dict(zip(header, row, strict=True)) for row in rows[1:]]


def _csvdecode(content: str) -> list[dict[str, str]]:
    try:
        return csvdecode(content)
    except csv.Error as error:
        raise ValueError(str(error)) from None


FUNCTIONS: dict[str, Function] = {
    "base64decode": base64decode,
    "base64encode": base64encode,
    "base64gunzip": plain(_base64gunzip, text),
    "base64gzip": plain(_base64gzip, text),
    "csvdecode": plain(_csvdecode, text),
    "jsondecode": jsondecode,
    "jsonencode": jsonencode,
    "textdecodebase64": plain(_textdecodebase64, text, text),
    "textencodebase64": plain(_textencodebase64, text, text),
    "urldecode": plain(_urldecode, text),
    "urlencode": plain(_urlencode, text),
    "yamldecode": yamldecode,
    "yamlencode": yamlencode,
}
