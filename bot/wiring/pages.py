"""Builds the pages for people from the configuration."""

from __future__ import annotations

import difflib
import ipaddress
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import urlsplit

from bot.config import Config
from bot.forge.github.connection import web_url
from bot.forge.port import ChangeRef, Role
from bot.iam.packaged import data_origin
from bot.isolate import Limits
from bot.reviewer import Reviewer
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.sql_ledger import SqlLedger
from bot.web.gate import Gate, Visitor
from bot.web.pages.assemble import Pages
from bot.web.pages.operators import DataSet, Operations
from bot.web.pages.site import Site, local_visitor, nobody
from bot.wiring.forges import links

TIGHT = Limits(wall_seconds=15.0, cpu_seconds=10, memory_bytes=1 << 30, output_bytes=4 << 20)
"""For what somebody types into the playground."""

_DATA = {"AWS's actions": "actions.jsonl.gz", "AWS-managed policies": "managed_policies.jsonl.gz"}


def pages(
    config: Config,
    store: SqlStore,
    reviewer: Reviewer,
    ring: Callable[[ChangeRef], None],
    ailments: Sequence[Callable[[], str]],
) -> Pages:
    """The pages over the store; `reviewer` reviews what is typed into the playground."""
    local = is_local(config)
    site = Site(
        archive=SqlArchive(store.engines),
        ledger=SqlLedger(store.engines),
        links=links(config),
        gate=Gate(_no_role, frozenset(config.pages.operators), config.pages.playground),
        visitor=local_visitor if local else nobody,
        web_url=_web_url(config),
    )
    operations = Operations(store, ring, ailments, _data(), lambda: ())
    return Pages(site, operations, reviewer, unified_diff, _hosts(config) if local else frozenset())


def is_local(config: Config) -> bool:
    """Whether only somebody at this machine can connect."""
    try:
        return ipaddress.ip_address(config.host).is_loopback
    except ValueError:
        return config.host == "localhost"


def unified_diff(name: str, base: str, head: str) -> str:
    """The unified diff of one file's two texts, as git writes it."""
    lines = difflib.unified_diff(
        base.splitlines(keepends=True), head.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    text = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return f"diff --git a/{name} b/{name}\n{text}" if text else ""


def _hosts(config: Config) -> frozenset[str]:
    public = urlsplit(config.pages.public_url).hostname
    return frozenset(filter(None, ("127.0.0.1", "localhost", "::1", config.host, public)))


def _web_url(config: Config) -> Callable[[ChangeRef], str]:
    def address(ref: ChangeRef) -> str:
        if ref.forge == "github" and config.github is not None:
            return f"{web_url(config.github.base_url)}/{ref.repository}/pull/{ref.number}"
        if ref.forge == "gitlab" and config.gitlab is not None:
            return f"{config.gitlab.base_url.rstrip('/')}/{ref.repository}/-/merge_requests/{ref.number}"
        return ""

    return address


def _no_role(visitor: Visitor, forge: str, repository: str) -> Role:
    """Where nobody signs in nobody has a role."""
    return "none"


def _data() -> tuple[DataSet, ...]:
    origins = ((name, data_origin(file)) for name, file in _DATA.items())
    return tuple(DataSet(name, origin["version"], date.fromisoformat(origin["date"])) for name, origin in origins)
