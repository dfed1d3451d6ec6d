"""Terraform's built-in functions, one file a family, and the table of all of them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.evaluated.call import Function
from bot.frontends.terraform.functions import (
    conversions,
    dates,
    encodings,
    files,
    formatting,
    hashes,
    lists,
    maps,
    networks,
    nullable,
    numeric,
    provider_aws,
    replacing,
    sets,
    strings,
)
from bot.frontends.terraform.functions.budget import counted, weighed

_FAMILIES: Mapping[str, Function] = {
    **conversions.FUNCTIONS,
    **dates.FUNCTIONS,
    **encodings.FUNCTIONS,
    **files.FUNCTIONS,
    **formatting.FUNCTIONS,
    **hashes.FUNCTIONS,
    **lists.FUNCTIONS,
    **maps.FUNCTIONS,
    **networks.FUNCTIONS,
    **numeric.FUNCTIONS,
    **nullable.FUNCTIONS,
    **replacing.FUNCTIONS,
    **sets.FUNCTIONS,
    **strings.FUNCTIONS,
}

_LIGHT = frozenset(
    (
        "chunklist",
        "coalesce",
        "coalescelist",
        "concat",
        "element",
        "length",
        "lookup",
        "merge",
        "one",
        "reverse",
        "slice",
        "values",
    )
)
"""What does not look into elements may be given anything."""

BUILT_IN: Mapping[str, Function] = {
    name: counted(function) if name in _LIGHT else weighed(function) for name, function in _FAMILIES.items()
}

FUNCTIONS: Mapping[str, Function] = {
    **BUILT_IN,
    **{f"core::{name}": function for name, function in BUILT_IN.items()},
    **provider_aws.FUNCTIONS,
}
"""By the name a call is written with; `try` and `can` are the evaluator's."""
