"""Tells which root module of a revision keeps its state where a `terraform_remote_state` looks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import cast

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import SUFFIXES, configuration_files
from bot.frontends.terraform.syntax.nodes import Block, Body, Node, literal_text
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.late_pattern import late_pattern

Place = tuple[str, ...]
"""Kind of backend, and what tells one state of it from all others."""

Literal = Callable[[str], str | None]
"""The value of a setting, such as `bucket` or `workspaces.name`; None if it is left out or not known."""

BACK_END = frozenset(
    {
        "access_key", "acl", "allowed_account_ids", "assume_role", "assume_role_with_web_identity", "bucket",
        "client_id", "container_name", "dynamodb_table", "encrypt", "endpoint", "endpoints", "external_id", "key",
        "kms_key_id", "max_retries", "prefix", "profile", "region", "resource_group_name", "role_arn", "secret_key",
        "session_name", "shared_config_files", "shared_credentials_file", "shared_credentials_files",
        "skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation",
        "skip_requesting_account_id", "sse_customer_key", "storage_account_name", "sts_endpoint", "subscription_id",
        "tenant_id", "token", "use_azuread_auth", "use_lockfile", "use_msi", "use_oidc", "use_path_style",
        "workspace_key_prefix",
    }
)  # fmt: skip
"""Arguments of the back ends "s3", "azurerm" and "gcs", which a file for `-backend-config` gives them."""

INERT = frozenset(
    {
        "dynamodb_table", "encrypt", "force_path_style", "insecure", "kms_key_id", "max_retries", "region",
        "skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation",
        "skip_requesting_account_id", "skip_s3_checksum", "use_lockfile", "use_path_style",
    }
)  # fmt: skip
"""Arguments of a back end that leave the state where it is."""

_OF_STATE = frozenset(
    {"bucket", "container_name", "dynamodb_table", "key", "storage_account_name", "workspace_key_prefix"}
)
"""Arguments of which a file for a back end has one: a region or a profile is anybody's."""

WHERE = frozenset(("encrypt", "profile", "region"))
"""What a root may ask for by a variable of the same name as its back end does."""

_CALLED_SO = late_pattern(
    r"(?:^|/)(?:[^/]*(?<![^\W_])backend(?![^\W_])[^/]*|[^/]*\.tfbackend|backends?[-_.]?configs?/[^/]*|backends/[^/]*)\Z",
    re.IGNORECASE,
)

_KEEPS_STATE = ("backend", "cloud")
_LOCAL = "terraform.tfstate"
SETTINGS = {
    "s3": ("bucket", "key"),
    "gcs": ("bucket", "prefix"),
    "azurerm": ("storage_account_name", "container_name", "key"),
    "remote": ("organization", "workspaces.name"),
}
"""What tells one state of a kind of back end from all others."""


def place(kind: str, setting: Literal, directory: str) -> Place | None:
    """Where a backend of a root module in `directory` keeps its default workspace; None if that is not all known."""
    if kind == "local":
        return _local_place(setting("path") or _LOCAL, directory)
    found = tuple(setting(name) for name in SETTINGS.get(kind, ()))
    known = tuple(each for each in found if each is not None)
    if not found or len(known) < len(found):
        return None
    host = (setting("hostname") or "app.terraform.io",) if kind == "remote" else ()
    return (kind, *known, *host)


def _local_place(path: str, directory: str) -> Place | None:
    try:
        return ("local", resolve(directory, path))
    except FunctionFault:
        return None


def root_with_state(tree: SourceTree, wanted: Place, cache: SyntaxCache) -> str | None:
    """The directory of the only root module that keeps its state at `wanted`; None if there are none or several."""
    key = ("state", id(tree.listing), wanted)
    if key not in cache.kept:
        found = [each for each in _candidates(tree, wanted) if state_of(tree, each, cache) == wanted]
        # The listing is kept with it, so that no other listing comes to have its id.
        cache.kept[key] = (tree.listing, found[0] if len(found) == 1 else None)
    _, directory = cast(tuple[object, str | None], cache.kept[key])
    return directory


def _candidates(tree: SourceTree, wanted: Place) -> tuple[str, ...]:
    """Directories one of whose files has all the texts that tell the state, which spares parsing all the others."""
    if wanted[0] == "local":
        beside = wanted[1].removesuffix(_LOCAL).rstrip("/")
        return (beside, *_directories(tree, (b'"local"',), beside))
    texts = wanted[1:3] if wanted[0] == "remote" else wanted[1:]
    return tuple(_directories(tree, tuple(f'"{text}"'.encode() for text in texts), None))


def _directories(tree: SourceTree, texts: tuple[bytes, ...], but: str | None) -> Iterator[str]:
    found: dict[str, None] = {}
    for path in tree.listing:
        content = tree.read(path) if path.endswith(SUFFIXES) else None
        if content is not None and all(text in content for text in texts):
            found[path.rpartition("/")[0]] = None
    return (each for each in found if each != but)


def state_of(tree: SourceTree, directory: str, cache: SyntaxCache) -> Place | None:
    """Where the root module in `directory` keeps its state; None if not all of it is written."""
    settings = settings_of(tree, directory, cache)
    if settings is None:
        return None
    written = [node for body in settings for node in keeping_state(body)]
    if not written:
        return place("local", lambda _: None, directory)
    block = written[0]
    if len(written) > 1 or not isinstance(block, Block):
        return None
    kind = block.labels[0] if block.labels else "remote"
    if kind == "local" and block.body.argument("path") is not None and literal(block.body, "path") is None:
        return None
    return place(kind, lambda name: literal(block.body, name), directory)


def workspace_name(tree: SourceTree, directory: str, cache: SyntaxCache) -> str:
    """The one workspace that the root module in `directory` names where it keeps its state; "" if it names none."""
    blocks = [each for body in settings_of(tree, directory, cache) or () for each in body.blocks]
    found = [literal(each.body, "workspaces.name") for each in blocks if each.type in _KEEPS_STATE]
    return next(filter(None, found), "")


def settings_of(tree: SourceTree, directory: str, cache: SyntaxCache) -> list[Body] | None:
    """The bodies of the `terraform` blocks; None where a file cannot be read, or there is none."""
    found = [cache.source(tree, path) for path in configuration_files(cache.directory(tree, directory))]
    sources = [source for source in found if isinstance(source, Source)]
    if not found or len(sources) < len(found):
        return None
    return [each.body for source in sources for each in source.syntax.body.blocks if each.type == "terraform"]


def keeping_state(body: Body) -> Iterator[Node]:
    """What in a `terraform` block says where the state is kept, as a block or, in JSON, as an argument."""
    yield from (block for block in body.blocks if block.type in _KEEPS_STATE)
    yield from (one for one in body.arguments if one.name in _KEEPS_STATE)


def literal(body: Body, name: str) -> str | None:
    """The literal text of an argument, or of one in the only nested block: `workspaces.name`."""
    block, _, rest = name.partition(".")
    if rest:
        inner = [each for each in body.blocks if each.type == block]
        return literal(inner[0].body, rest) if len(inner) == 1 else None
    written = body.argument(name)
    return literal_text(written.value) if written is not None else None


def is_for_back_end(path: str, keys: Collection[str]) -> bool:
    """Whether a file is called as one for `-backend-config` is, by itself or by a folder of such files, and says where
    a state is kept and nothing else. A folder that is called backend is a service's as well."""
    return bool(_CALLED_SO.search(path)) and BACK_END.issuperset(keys) and not _OF_STATE.isdisjoint(keys)


def states_keys(path: str, keys: Collection[str]) -> bool:
    """Whether a file's keys are those of a back end: two that tell a state, or one where it is called so."""
    own = len(_OF_STATE.intersection(keys))
    return BACK_END.issuperset(keys) and (own > 1 or is_for_back_end(path, keys))
