"""Composition of what fetches modules from elsewhere."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.request import getproxies

from bot.contents.cache import Cache
from bot.contents.modules.allowed import Allowed
from bot.contents.modules.fetch import ModuleFetcher
from bot.contents.modules.git_source import GitPackages
from bot.contents.modules.https import Web
from bot.contents.modules.store import PackageStore
from bot.errors import UsageError
from bot.review_process.archives import unpack_apart
from bot.review_process.parent import Confinement
from bot.review_process.rounds import Options


def fetcher(
    allow: Sequence[str],
    directory: Path,
    network: Mapping[str, str] | None = None,
    confinement: Confinement = "best",
) -> ModuleFetcher | None:
    """Fetches modules from the hosts, or beginnings of addresses, in `allow`, through a cache in `directory`.

    None if nothing is allowed. `network` names proxies and certificates. Raises UsageError for an empty entry.
    """
    if not allow:
        return None
    for entry in allow:
        if not entry.strip("/ ") or "://" in entry.removeprefix("https://").removeprefix("file://"):
            raise UsageError(f"modules from {entry!r}: give a host, or a host and the beginning of a path")
    given = dict(network or {})
    allowed = Allowed(tuple(allow))
    proxies = {
        name.lower().removesuffix("_proxy"): value
        for name, value in given.items()
        if name.lower() in ("https_proxy", "http_proxy")
    }
    return ModuleFetcher(
        allowed,
        Web(allowed.check_url, proxies=proxies),
        GitPackages(Cache(directory / "repositories", 512 * 1024**2), tuple(given.items())),
        PackageStore(directory / "packages"),
        functools.partial(unpack_apart, confinement=confinement),
    )


def fetching(options: Options, allow: Sequence[str]) -> Options:
    """The options of a command that may fetch modules; they are kept below the user's cache. Raises UsageError."""
    return dataclasses.replace(options, modules=fetcher(allow, Path.home() / ".cache" / "iam-review", _network()))


def _network() -> Mapping[str, str]:
    """Proxies as this process has them: named by the variables that say so."""
    return {f"{kind}_proxy": address for kind, address in getproxies().items() if kind in ("http", "https")}
