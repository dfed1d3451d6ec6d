"""terraform_data, which keeps a value and gives it back."""

from __future__ import annotations

from bot.data_sources.request_reading import attributes, given, symbol_at
from bot.evaluated.config import DataRequest
from bot.evaluated.value import ObjectValue


def terraform_data(request: DataRequest) -> ObjectValue:
    """The arguments with `output`, "the exported value of input" (Terraform, The terraform_data resource)."""
    kept = given(request.arguments, "input") or symbol_at(request, "output")
    return attributes(request, {"output": kept, "id": symbol_at(request, "id")})
