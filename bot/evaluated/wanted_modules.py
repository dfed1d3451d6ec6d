"""Modules from elsewhere: how they are called, where those are that a review was given, and which do not come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RemoteCall:
    """A module as it is called: its `source` and `version`, as they are written."""

    source: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class RemoteModules:
    """What is known of the modules that were asked for.

    `directories` are where they are, below `fetched_modules.PREFIX`; `refused` says of others why they do not come.
    `listing` are all their files with blob ids. If `closed`, nothing more may be asked for.
    """

    directories: Mapping[RemoteCall, str] = field(default_factory=dict)
    refused: Mapping[RemoteCall, str] = field(default_factory=dict)
    listing: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    def asks(self, call: RemoteCall) -> bool:
        """Whether the module is to be asked for."""
        return not self.closed and call not in self.directories and call not in self.refused

    def why_not(self, call: RemoteCall) -> str:
        """Why a module does not come, in words that follow a colon."""
        return self.refused.get(call, "it was asked for too late")
