"""Which module a unit applies, by its `terraform.source`: one of the repository, or one from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.value import Choice, StringValue, Value, known_text
from bot.evaluated.wanted_modules import RemoteCall
from bot.frontends.terraform.terragrunt.repository_paths import inside

_REGISTRY, _VERSION = "tfr://", "?version="


def leaves(value: Value) -> Iterator[Value]:
    """What a value may be, where a condition decides."""
    if isinstance(value, Choice):
        for each in value.alternatives:
            yield from leaves(each.value)
    else:
        yield value


def as_written(source: Value) -> str:
    """What a source says of where the module is, as far as it is known."""
    texts = (leaf for leaf in leaves(source) if isinstance(leaf, StringValue))
    parts = next((one.parts for one in texts if any(isinstance(part.content, str) for part in one.parts)), ())
    return "".join(part.content if isinstance(part.content, str) else "${...}" for part in parts) or "${...}"


def local_module(source: str, directory: str) -> str | None:
    """The folder of a module of the repository that a unit in `directory` names; None if it is no such."""
    if _is_address(source):
        return None
    base, _, below = source.partition("//")
    return inside("/".join(part for part in (base.rstrip("/") or ".", below.strip("/")) if part), directory)


def of_open_version(source: Value) -> str | None:
    """The folder that an address names in its repository, where only a run knows the version."""
    begun = source.parts[0].content if isinstance(source, StringValue) and source.parts else None
    if not isinstance(begun, str) or known_text(source) is not None or not _is_address(begun):
        return None
    address, version, _ = begun.partition("?")
    return address.split("//")[-1].strip("/") if version else None


def remote_module(source: str) -> RemoteCall | None:
    """The module from elsewhere that a source names, as Terraform would call it."""
    if source.startswith(_REGISTRY):
        name, _, version = source.removeprefix(_REGISTRY).partition(_VERSION)
        return RemoteCall(name.removeprefix("/"), version)
    host = source.partition("/")[0]
    named = "." in host and not host.startswith(".")
    return RemoteCall(source) if named or _is_address(source) else None


def _is_address(source: str) -> bool:
    return "://" in source or "::" in source or "@" in source
