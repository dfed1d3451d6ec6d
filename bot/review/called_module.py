"""The module of a call that is not in the repository, as a change found it and as it leaves it."""

from __future__ import annotations

from urllib.parse import parse_qs

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class CalledModule:
    """What a call names, and named before the change.

    Sources and versions are as they are written; a version is "" where the call gives none or it is not known, the
    source before is "" where there was no such call.
    """

    source: str
    version: str = ""
    source_before: str = ""
    version_before: str = ""

    @property
    def change(self) -> str:
        """ "from 4.1.0 to 4.2.0", "called new, 4.2.0", "4.2.0 as before"; "" if nothing is known of versions."""
        now, before = (
            _pinned(self.source, self.version),
            _pinned(self.source_before, self.version_before),
        )
        if not self.source_before:
            return f"called new, {now}" if now else "called new"
        if _place(self.source) != _place(self.source_before):
            return f"{self.source_before}{_behind(self.version_before)} before"
        if now == before:
            return f"{now} as before" if now else ""
        return f"from {before or 'no known version'} to {now or 'no known version'}"


def _behind(version: str) -> str:
    return f" {version}" if version else ""


def _place(source: str) -> str:
    """The source without what it is pinned to."""
    return source.partition("?")[0]


def _pinned(source: str, version: str) -> str:
    """The version, or what the source is pinned to: the `ref` that git sources have (Terraform, "Module Sources")."""
    return version or next(iter(parse_qs(source.partition("?")[2]).get("ref", ())), "")
