"""Terraform's hash and identifier functions; what is random is unknown."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable

from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.trails import string, trail_of
from bot.evaluated.value import Value
from bot.frontends.terraform.functions.arguments import arity, plain, text

Digest = Callable[[bytes], bytes]


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()


def _sha1(content: bytes) -> bytes:
    return hashlib.sha1(content, usedforsecurity=False).digest()


_DIGESTS: dict[str, Digest] = {
    "md5": _md5,
    "sha1": _sha1,
    "sha256": lambda content: hashlib.sha256(content).digest(),
    "sha512": lambda content: hashlib.sha512(content).digest(),
}
_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def _of_text(digest: Digest, show: Callable[[bytes], str]) -> Function:
    return plain(lambda content: show(digest(content.encode("utf-8"))), text)


def _of_file(digest: Digest, show: Callable[[bytes], str]) -> Function:
    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        arity(call, arguments, 1)
        try:
            content = call.files.read_bytes(call.path(arguments[0]))
        except FunctionFault as fault:
            # Where packages of code are too large to be fetched it is their hash that is asked for, which gives nobody
            # access: that such a file changes is no news, and that it is not here none either.
            refused = fault.kind is DiagnosticKind.REFUSED_FILE
            raise FunctionFault(DiagnosticKind.UNSUPPORTED_FUNCTION if refused else fault.kind, fault.reason) from None
        return string(show(digest(content)), trail_of(*arguments))

    return run


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _uuidv5(namespace: str, name: str) -> str:
    known = _NAMESPACES.get(namespace)
    return str(uuid.uuid5(known or uuid.UUID(namespace), name))


def random(arguments: tuple[Value, ...], call: Call) -> Value:
    """A function whose result is different each time."""
    raise FunctionFault(DiagnosticKind.UNSUPPORTED_FUNCTION, f"{call.name} gives another result each time")


FUNCTIONS: dict[str, Function] = {
    **{name: _of_text(digest, bytes.hex) for name, digest in _DIGESTS.items()},
    **{f"file{name}": _of_file(digest, bytes.hex) for name, digest in _DIGESTS.items()},
    "base64sha256": _of_text(_DIGESTS["sha256"], _base64),
    "base64sha512": _of_text(_DIGESTS["sha512"], _base64),
    "filebase64sha256": _of_file(_DIGESTS["sha256"], _base64),
    "filebase64sha512": _of_file(_DIGESTS["sha512"], _base64),
    "bcrypt": random,
    "rsadecrypt": random,
    "uuid": random,
    "uuidv5": plain(_uuidv5, text, text),
}
