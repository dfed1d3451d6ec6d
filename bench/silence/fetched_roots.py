"""The worlds of fetched repositories: one for each root module that is drawn, with all files that it is read from."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.mirrors.look import Head
from bench.mirrors.repositories import Repository, drawn, repositories
from bench.silence.mutations import Site
from bench.silence.world import World
from bot.evaluated.config import EvaluatedConfig, Root

MOST_INSTANCES = 300
LOOKED_AT = 25
"""So many roots of a repository are evaluated in search of some that are wanted."""

SECONDS = 4.0
"""A root that takes longer to evaluate is left out: it would be, for each mutation."""


def sites(mirror: Path, wanted: frozenset[str], of_each: int, seed: str) -> Iterator[tuple[Repository, list[Site]]]:
    """Some roots of every wanted repository, those that hold something of AWS."""
    for repository in (one for one in repositories(mirror) if one.name in wanted):
        head = Head(repository.directory)
        roots = {f"{root.directory} {root.variant}": root for root in head.roots()}
        found: list[Site] = []
        for name in drawn(roots, LOOKED_AT, seed):
            site = _site(repository, head, roots[name])
            found += [] if site is None else [site]
            if len(found) == of_each:
                break
        yield repository, found


def _site(repository: Repository, head: Head, root: Root) -> Site | None:
    started = time.process_time()
    config = head.config(root)
    if time.process_time() - started > SECONDS or not _is_wanted(config):
        return None
    tree = head.tree()
    files = {path: content for path in sorted(config.files) if (content := tree.read(path)) is not None}
    return Site(World(f"{repository.name}: {root.directory or '.'} {root.variant}".strip(), files), root.directory)


def _is_wanted(config: EvaluatedConfig) -> bool:
    made = [one for one in config.resources if one.mode == "managed" and one.type.startswith("aws_")]
    return bool(made) and len(config.resources) < MOST_INSTANCES
