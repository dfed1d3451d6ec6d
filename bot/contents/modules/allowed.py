"""Which hosts, and which paths of them, modules may come from."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from bot.contents.modules.port import NotFetched
from bot.frozen import dataclass

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts ("registry.terraform.io"), or hosts with the beginning of a path ("github.com/my-team")."""

    prefixes: tuple[str, ...]

    def check_module(self, host: str, path: str) -> None:
        """Raise NotFetched unless modules of the registry at `host` may be taken from `path`."""
        self._check(f"{host}/{path}", host)

    def check_host(self, host: str) -> None:
        """Raise NotFetched unless something of `host` is allowed: for what tells where a registry's modules are."""
        if not any(prefix.partition("/")[0] == host for prefix in self._normal()):
            raise NotFetched(f"{host} is not an allowed source of modules")

    def check_url(self, url: str) -> None:
        """Raise NotFetched unless the address may be fetched: https, or http on this machine, and allowed."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            self._check(f"file://{unquote(parts.path)}", "this machine")
            return
        loopback = parts.netloc.partition(":")[0] in LOOPBACK or parts.netloc.startswith("[::1]")
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            raise NotFetched(f"{parts.netloc[:100] or 'its address'} is not reached over https")
        self._check(f"{parts.netloc.lower()}{unquote(parts.path)}", parts.netloc)

    def _check(self, place: str, shown: str) -> None:
        if "%" in place:
            raise NotFetched("its address is encoded twice")
        steps = [step for step in place.split("/") if step]
        if any(step in ("..", ".") for step in steps):
            raise NotFetched("its address holds ..")
        for prefix in self._normal():
            wanted = [step for step in prefix.split("/") if step]
            if wanted and steps[: len(wanted)] == wanted:
                return
        raise NotFetched(f"{shown[:100]} is not an allowed source of modules")

    def _normal(self) -> tuple[str, ...]:
        return tuple(prefix.removeprefix("https://").removeprefix("http://").rstrip("/") for prefix in self.prefixes)
