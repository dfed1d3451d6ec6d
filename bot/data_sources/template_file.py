"""Other providers' data that is text: template_file, terraform_data, and local_file, which is read as `file` reads."""

from __future__ import annotations

import dataclasses

from bot.data_sources.request_reading import attributes, given, symbol_at
from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest
from bot.evaluated.trails import with_trail
from bot.evaluated.value import ListValue, ObjectValue, StringValue, Value


def template_file(request: DataRequest) -> ObjectValue:
    """The arguments with `rendered`; Unknown with the reason if the template cannot be rendered."""
    return attributes(request, {"rendered": _rendered(request), "id": symbol_at(request, "id")})


def _rendered(request: DataRequest) -> Value:
    template = given(request.arguments, "template")
    variables = _as_written_before_0_12(given(request.arguments, "vars"))
    if template is None or request.render is None:
        return symbol_at(request, "rendered", "the template is not an argument")
    if not isinstance(template, StringValue) or template.known is None:
        return symbol_at(request, "rendered", "the template's text is not known")
    given_variables = variables if isinstance(variables, ObjectValue) else ObjectValue(())
    if variables is not None and not isinstance(variables, ObjectValue):
        return symbol_at(request, "rendered", "the template's variables are not known")
    try:
        return request.render(dataclasses.replace(template, encoded=None), given_variables)
    except FunctionFault as fault:
        return symbol_at(request, "rendered", fault.reason)


def _as_written_before_0_12(variables: Value | None) -> Value | None:
    """`vars { ... }` is a block there, and means the map."""
    if isinstance(variables, ListValue) and len(variables.items) == 1:
        return with_trail(variables.items[0], variables.trail)
    return variables


def terraform_data(request: DataRequest) -> ObjectValue:
    """The arguments with `output`, "the exported value of input" (Terraform, The terraform_data resource)."""
    kept = given(request.arguments, "input") or symbol_at(request, "output")
    return attributes(request, {"output": kept, "id": symbol_at(request, "id")})


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
