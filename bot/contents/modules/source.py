"""Module addresses as Terraform writes them, taken apart; only those that name one exact version are good."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from bot.contents.modules.port import ModuleCall, NotFetched
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

PUBLIC_REGISTRY = "registry.terraform.io"
MAX_LENGTH = 1_000

_NAME = r"[0-9A-Za-z](?:[0-9A-Za-z_-]{0,63})"
_REGISTRY = late_pattern(rf"\A(?:(?P<host>[^/\s]+)/)?(?P<ns>{_NAME})/(?P<name>{_NAME})/(?P<system>[0-9a-z]{{1,64}})\Z")
_HOST = late_pattern(r"\A[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?(?::\d{1,5})?\Z")
_EXACT = late_pattern(r"\A=?\s*v?(\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?(?:\+[0-9A-Za-z.-]{1,64})?)\Z")
_REF = late_pattern(r"\A(?!-)(?!.*(?:\.\.|@\{|//))[0-9A-Za-z][0-9A-Za-z._/+-]{0,200}\Z")
_SCP = late_pattern(r"\A(?:ssh://)?git@([^:/\s]+)[:/](.+)\Z")
_KNOWN_HOSTS = ("github.com/", "gitlab.com/", "bitbucket.org/")


@dataclass(frozen=True, slots=True)
class RegistrySource:
    """A module of a registry, in one version."""

    host: str
    path: str
    version: str
    subdirectory: str


@dataclass(frozen=True, slots=True)
class GitSource:
    """A git repository's address (https, or http and file where that is allowed) at a tag or commit."""

    url: str
    ref: str
    subdirectory: str


@dataclass(frozen=True, slots=True)
class ArchiveSource:
    """An archive's address."""

    url: str
    subdirectory: str


def parse(call: ModuleCall) -> RegistrySource | GitSource:
    """What a module call names. Raises NotFetched with what to do if it is not one exact version."""
    if len(call.source) > MAX_LENGTH or len(call.version) > MAX_LENGTH or not call.source.isprintable():
        raise NotFetched("its source is no address that could be fetched")
    address, subdirectory = split(call.source)
    registry = _REGISTRY.match(address)
    if registry is not None and not address.startswith(_KNOWN_HOSTS):
        return _registry(registry, call.version, subdirectory)
    found = located(call.source)
    if not isinstance(found, GitSource):
        raise NotFetched("an archive's address names no version: use a registry or a git tag")
    if not found.ref:
        raise NotFetched("it is not pinned: add ?ref= with a tag or a commit")
    return found


def registry_address(address: str) -> str | None:
    """A registry module's address with its host; None for another kind of source."""
    match = _REGISTRY.match(address)
    if match is None or address.startswith(_KNOWN_HOSTS):
        return None
    return f"{(match['host'] or PUBLIC_REGISTRY).lower()}/{match['ns']}/{match['name']}/{match['system']}"


def _registry(match: re.Match[str], version: str, subdirectory: str) -> RegistrySource:
    host = match["host"] or PUBLIC_REGISTRY
    if not _HOST.match(host) or "." not in host.partition(":")[0]:
        raise NotFetched(f"{host[:100]} is no host name")
    exact = _EXACT.match(version.strip())
    if exact is None:
        wanted = f"{version[:100]!r} names no exact version" if version.strip() else "no version is given"
        raise NotFetched(f'{wanted}: pin one (version = "1.2.3")')
    return RegistrySource(host.lower(), f"{match['ns']}/{match['name']}/{match['system']}", exact[1], subdirectory)


def split(source: str) -> tuple[str, str]:
    """The package's address and the directory in it, which follows `//`. Raises NotFetched for a path with `..`."""
    query = ""
    body, mark, rest = source.partition("?")
    if mark:
        query = mark + rest
    start = body.find("://") + 3 if "://" in body else 0
    at = body.find("//", start)
    if at < 0:
        return source, ""
    subdirectory = body[at + 2 :].strip("/")
    if any(step in ("..", ".") for step in subdirectory.split("/")) or "\\" in subdirectory:
        raise NotFetched("its directory leaves the package")
    return body[:at] + query, subdirectory


def located(source: str) -> GitSource | ArchiveSource:
    """A source that is no registry's: git or an archive, by its address. Raises NotFetched for other kinds."""
    address, subdirectory = split(source)
    forced, separator, rest = address.partition("::")
    if separator and forced != "git":
        raise NotFetched(f"{forced[:20]} is no kind of source that is fetched")
    address = rest if separator else address
    if address.startswith(_KNOWN_HOSTS):
        address, separator = f"https://{address}", "::"
    scp = _SCP.match(address)
    if scp is not None:
        address, separator = f"https://{scp[1]}/{scp[2]}", "::"
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises for one that is none
    except ValueError:
        raise NotFetched("its source is no address that could be fetched") from None
    _check(parts)
    plain = f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"
    if separator or parts.path.endswith(".git"):
        return GitSource(plain, _ref(parts.query), subdirectory)
    return ArchiveSource(plain + (f"?{parts.query}" if parts.query else ""), subdirectory)


def _check(parts: SplitResult) -> None:
    if "@" in parts.netloc:
        raise NotFetched("its address carries a user name or a password")
    if parts.scheme not in ("https", "http", "file") or (parts.scheme != "file" and not _HOST.match(parts.netloc)):
        raise NotFetched("its source is neither a registry's module nor an https address")
    if any(step in ("..", ".") for step in unquote(parts.path).split("/")):
        raise NotFetched("its address holds ..")


def _ref(query: str) -> str:
    given = parse_qs(query, keep_blank_values=True, max_num_fields=10).get("ref", [""])
    if len(given) != 1 or (given[0] and not _REF.match(given[0])):
        raise NotFetched("its ?ref= is no tag and no commit")
    return given[0]
