"""The module registry protocol: where a module of one version is to be downloaded."""

from __future__ import annotations

import json
from urllib.parse import urljoin, urlsplit

from bot.contents.modules.allowed import LOOPBACK, Allowed
from bot.contents.modules.https import Web
from bot.contents.modules.port import NotFetched
from bot.contents.modules.source import ArchiveSource, GitSource, RegistrySource, located

MAX_BYTES = 256 * 1024


def download(source: RegistrySource, web: Web, allowed: Allowed) -> GitSource | ArchiveSource:
    """Where the registry says the module is. Raises NotFetched."""
    allowed.check_module(source.host, source.path)
    services = _services(source.host, web, allowed)
    url = urljoin(services, f"{source.path}/{source.version}/download")

    def same_registry(asked: str) -> None:
        if urlsplit(asked).netloc != urlsplit(services).netloc:
            allowed.check_url(asked)
        elif urlsplit(asked).scheme != urlsplit(services).scheme:
            raise NotFetched(f"{source.host} is not reached over https")

    answer = web.get(url, MAX_BYTES, same_registry)
    if answer.status == 404:
        raise NotFetched(f"{source.host} has no {source.path} {source.version}")
    if answer.status not in (200, 204):
        raise NotFetched(f"{source.host} answers {answer.status} for {source.path} {source.version}")
    where = answer.headers.get("x-terraform-get") or _location(answer.body)
    if not where or len(where) > 2_000 or not where.isprintable():
        raise NotFetched(f"{source.host} does not say where {source.path} {source.version} is")
    return located(urljoin(answer.url, where) if where.startswith(("./", "../", "/")) else where)


def _location(body: bytes) -> str:
    try:
        content = json.loads(body or b"null")
    except (ValueError, RecursionError):
        return ""
    found = content.get("location") if isinstance(content, dict) else None
    return found if isinstance(found, str) else ""


def _services(host: str, web: Web, allowed: Allowed) -> str:
    """The address of the host's module API: another host's only if that is allowed."""
    allowed.check_host(host)
    scheme = "http" if host.partition(":")[0] in LOOPBACK else "https"
    start = f"{scheme}://{host}/.well-known/terraform.json"
    answer = web.get(start, MAX_BYTES, lambda url: _same_or_allowed(url, start, allowed))
    try:
        content = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        content = None
    path = content.get("modules.v1") if isinstance(content, dict) else None
    if not isinstance(path, str) or len(path) > 500:
        raise NotFetched(f"{host} is no module registry")
    services = urljoin(answer.url, path if path.endswith("/") else f"{path}/")
    _same_or_allowed(services, start, allowed)
    return services


def _same_or_allowed(url: str, start: str, allowed: Allowed) -> None:
    asked, first = urlsplit(url), urlsplit(start)
    if (asked.scheme, asked.netloc) != (first.scheme, first.netloc):
        allowed.check_url(url)
