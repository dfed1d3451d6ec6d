"""Addresses of resource instances, taken apart as a plan spells them."""

from __future__ import annotations

import re

_KEY = r'\[(?:"(?:\\.|[^"\\])*"|[^\]"]*)\]'
_KEYS = re.compile(_KEY)
_MODULES = re.compile(rf"\A(?:module\.[^.\[]+(?:{_KEY})?\.)*")
_LAST_KEY = re.compile(rf"({_KEY})\Z")


def block_of(address: str) -> str:
    """The block an instance is of: the address without instance keys."""
    return _KEYS.sub("", address)


def module_prefix(address: str) -> str:
    """What the address begins with for the module instance it lies in: "" or "module.m[0]."."""
    match = _MODULES.match(address)
    return match.group() if match else ""


def key_suffix(address: str) -> str:
    """The instance key at the end, in brackets; "" if there is none."""
    match = _LAST_KEY.search(address)
    return match.group() if match else ""
