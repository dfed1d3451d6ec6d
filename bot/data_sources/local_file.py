"""data.local_file of a file that the revision has, read as the function `file` reads it."""

from __future__ import annotations

from bot.data_sources.request_reading import attributes, given, symbol_at
from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest
from bot.evaluated.value import ObjectValue, Value


def local_file(request: DataRequest) -> ObjectValue:
    """The arguments with `content`; Unknown with the reason where the file is not in the revision."""
    return attributes(request, {"content": _content(request), "id": symbol_at(request, "id")})


def _content(request: DataRequest) -> Value:
    path = given(request.arguments, "filename")
    if path is None or request.read is None:
        return symbol_at(request, "content", "the file is not known")
    try:
        return request.read(path)
    except FunctionFault as fault:
        return symbol_at(request, "content", fault.reason)
